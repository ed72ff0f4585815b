"""Whether a reply is one that the patient may give: pure rules over text."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from apps.core.text.language import foreign, languages_of
from apps.core.text.plain import plain, words
from apps.openai_integration.conversation.reply_check.fallbacks import FALLBACKS
from apps.openai_integration.conversation.reply_check.knowledge import (
    QUOTED,
    QUOTED_TOPICS,
    Knowledge,
    LockedFact,
    knowledge_of,
    spoken_as,
    stems_of,
)
from apps.openai_integration.conversation.reply_check.role import steps_out

# How instructions look; nobody speaks so.
_MARKERS = re.compile(
    r"^\s*#{1,6} |[\[({<*]+ ?locked ?[\])}>*]+|\blocked (?:fact|line|information)s?\b"
    r"|^\W*(?:opening|diagnosis|hidden facts?|persona)\W*:"
    r"|^\W*(?:who you are|what you know|how you speak|rules of play)\W*$"
    r"|\b(?:scenario_text|additional_instructions|communication_preferences|pre_brief)\b"
    r"|\b(?:the|your|my) (?:marking )?rubric\b",
    re.MULTILINE,
)
# The share of a locked fact that gives it away. While more may come, what has been told cannot be taken back.
_SHARE = 0.6
_SHARE_SO_FAR = 0.5
# More evidence for another language while more may come: a proverb is explained in the sentence after it.
_WORDS_SO_FAR = 6


class ReplyCheck:
    """Judges the replies to one student's turn."""

    def __init__(self, content: Mapping[str, Any], student_turns: Sequence[str]) -> None:
        """`content` is that of the ScenarioVersion played, `student_turns` all that the student has said so far."""
        self._knowledge: Knowledge = knowledge_of(content)
        self._student_turns = student_turns

    def rule_broken(self, text: str) -> str | None:
        """The rule that the whole reply breaks, a key of REMINDERS; None where it may be shown."""
        spoken = plain(text)
        if not re.search(r"\w", spoken):
            return "empty_reply"
        broken = self._broken(spoken, _SHARE)
        return broken or ("other_language" if foreign(text, self._languages) else None)

    def rule_broken_so_far(self, text: str) -> str | None:
        """As `rule_broken`, for a text that ends at a sentence's end while more may come."""
        broken = self._broken(plain(text), _SHARE_SO_FAR)
        if broken is None and foreign(text, self._languages, words_needed=_WORDS_SO_FAR):
            return "other_language"
        return broken

    @cached_property
    def language(self) -> str:
        """That of the student's last turn that shows one, else the scenario's: what a fallback is said in."""
        own = self._knowledge.languages
        for found in map(languages_of, reversed(self._student_turns)):
            if found & FALLBACKS.keys():
                return min(found & own & FALLBACKS.keys() or found & FALLBACKS.keys())
        return min(own & FALLBACKS.keys(), default="en") if "en" not in own else "en"

    def _broken(self, spoken: str, share: float) -> str | None:
        if steps_out(spoken):
            return "role_break"
        said = words(spoken)
        if _MARKERS.search(spoken) or self._quotes(said):
            return "instructions_quoted"
        joined = spoken_as(said)
        if any(pattern.search(joined) for pattern in self._unnamed):
            return "diagnosis_named"
        stems = stems_of(said)
        if any(fact.told_by(stems, self._asked, share) for fact in self._still_locked):
            return "locked_fact"
        return None

    def _quotes(self, said: list[str]) -> bool:
        quotable = self._knowledge.quotable
        return any(
            tuple(said[at : at + size]) in quotable
            for size in (QUOTED, QUOTED_TOPICS)
            for at in range(len(said) - size + 1)
        )

    @cached_property
    def _heard(self) -> str:
        return spoken_as("\n".join(self._student_turns))

    @cached_property
    def _asked(self) -> frozenset[str]:
        return stems_of(self._heard.split())

    @cached_property
    def _unnamed(self) -> list[re.Pattern[str]]:
        return [pattern for pattern in self._knowledge.diagnoses if not pattern.search(self._heard)]

    @cached_property
    def _still_locked(self) -> list[LockedFact]:
        return [fact for fact in self._knowledge.locked if not fact.asked(self._heard, self._asked)]

    @cached_property
    def _languages(self) -> frozenset[str]:
        """The scenario's, and those of turns that cannot be in one of these: "No?" is English as well as Spanish."""
        own = self._knowledge.languages
        return own.union(*(found for turn in self._student_turns if not own & (found := languages_of(turn))))

"""Whether a reply is one that the patient may give: pure rules over text."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from apps.core.text.language import foreign, languages_of
from apps.core.text.plain import Phrase, plain, words
from apps.openai_integration.conversation.reply_check.fallbacks import FALLBACKS
from apps.openai_integration.conversation.reply_check.knowledge import (
    Knowledge,
    LockedFact,
    knowledge_of,
    stems_of,
)
from apps.openai_integration.conversation.reply_check.role import steps_out

# How instructions look; nobody speaks so. Nothing here may run over line ends from the start of a line: each of 10,000
# empty lines would be tried with all those after it, for 14 s.
_MARKERS = re.compile(
    r"^[^\S\n]*#{1,6} |[\[({<*] ?locked ?[\])}>*]|\blocked (?:fact|line|information)s?\b"
    r"|^[^\w\n]*(?:opening|diagnosis|hidden facts?|persona)\W*:"
    r"|^[^\w\n]*(?:who you are|what you know|how you speak|rules of play)\W*$"
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
    """Judges the replies to one student's turn.

    The work is linear in the scenario, the student's turns and the replies together: each is read once, and what is
    looked up is in sets. How often a growing reply is judged, GrowingText bounds.
    """

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
        if _MARKERS.search(spoken) or self._knowledge.quotable.any_in(said):
            return "instructions_quoted"
        if not self._unnamed.isdisjoint(self._knowledge.named.found_in(said)):
            return "diagnosis_named"
        stems = stems_of(said)
        if any(fact.told_by(stems, share) for fact in self._still_locked):
            return "locked_fact"
        return None

    @cached_property
    def _heard(self) -> list[str]:
        return words("\n".join(self._student_turns))

    @cached_property
    def _unnamed(self) -> frozenset[Phrase]:
        """The forms of the diagnoses that the student has named in none."""
        heard = self._knowledge.named.found_in(self._heard)
        return frozenset().union(*(forms for forms in self._knowledge.diagnoses if heard.isdisjoint(forms)))

    @cached_property
    def _still_locked(self) -> list[LockedFact]:
        asked, phrases = stems_of(self._heard), self._knowledge.asked_for.found_in(self._heard)
        return [fact.without(asked) for fact in self._knowledge.locked if not fact.asked(phrases, asked)]

    @cached_property
    def _languages(self) -> frozenset[str]:
        """The scenario's, and those of turns that cannot be in one of these: "No?" is English as well as Spanish."""
        own = self._knowledge.languages
        return own.union(*(found for turn in self._student_turns if not own & (found := languages_of(turn))))

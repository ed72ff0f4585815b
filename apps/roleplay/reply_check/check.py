"""Rules that decide whether a student may see a reply. They are pure functions of text."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from apps.core.text.language import UNKNOWN, foreign, identified, languages_of, script_of
from apps.core.text.patterns import lazy_pattern
from apps.core.text.plain import plain, words
from apps.roleplay.reply_check.diagnoses import named_otherwise, only_denied
from apps.roleplay.reply_check.knowledge import Knowledge, LockedFact, knowledge_of
from apps.roleplay.reply_check.questions import asks_nothing, sentences_with_a_subject
from apps.roleplay.reply_check.role import breaks_role
from apps.roleplay.reply_check.stems import stems_of

# Marks of written instructions, which nobody uses in speech. No pattern may match across line ends from the start of a
# line: 10,000 empty lines would take 14 s.
_MARKERS = lazy_pattern(
    r"^[^\S\n]*#{1,6} |[\[({<*] ?locked ?[\])}>*]|\blocked (?:fact|line|information)s?\b"
    r"|^[^\w\n]*(?:opening|diagnosis|hidden facts?|persona)\W*:"
    r"|^[^\w\n]*(?:who you are|what you know|how you speak|rules of play)\W*$"
    r"|\b(?:scenario_text|additional_instructions|communication_preferences|pre_brief)\b"
    r"|\b(?:the|your|my) (?:marking )?rubric\b",
    re.MULTILINE,
)
# While streaming, more words are needed to detect another language: the next sentence may translate a quotation.
_WORDS_SO_FAR = 6
# A reply of fewer words tells nothing by itself: "Sick one."
_WORDS_TO_TELL = 4
# What the patient is made of; the manner of speaking is written for the model.
_TOLD = ("scenario_text", "additional_instructions")

# A first name and a surname. A scenario introduces its patient with them.
_NAMES = lazy_pattern(r"\b[A-Z][^\W\d_]{2,}(?:[-'][A-Z]?[^\W\d_]+)? [A-Z][^\W\d_]{2,}")
_NAMED_WITHIN = 80


class ReplyCheck:
    """Checks the replies to one message.

    Its cost is linear in the length of the scenario, the student's messages and the replies. GrowingText bounds how
    often a streamed reply is checked.
    """

    def __init__(self, content: Mapping[str, Any], student_messages: Sequence[str]) -> None:
        """`content` is `ScenarioVersion.content`; `student_messages` are all of the student's, oldest first."""
        self._content = content
        self._knowledge: Knowledge = knowledge_of(content)
        self._student_messages = student_messages

    def rule_broken(self, text: str) -> str | None:
        """The rule that a complete reply breaks, as a key of REMINDERS, or None."""
        spoken = plain(text)
        if not re.search(r"\w", spoken):
            return "empty_reply"
        broken = self._broken(spoken, complete=True)
        return broken or ("other_language" if foreign(text, self._languages) else None)

    def rule_broken_so_far(self, text: str) -> str | None:
        """Like `rule_broken`, for a reply that is still being streamed and ends with a whole sentence."""
        broken = self._broken(plain(text), complete=False)
        if broken is None and foreign(text, self._languages, words_needed=_WORDS_SO_FAR):
            return "other_language"
        return broken

    @cached_property
    def asks_nothing(self) -> bool:
        """Whether the last message certainly asks for nothing."""
        return not self._student_messages or asks_nothing(self._student_messages[-1], self._languages)

    def is_asked(self, position: int) -> bool:
        """Whether the student asked for the locked fact at this position in words: by a topic, or by half of it."""
        return position not in self._still_locked

    def perhaps_told(self, text: str) -> tuple[int, ...]:
        """The positions of the locked facts that the text may tell, without those that were asked for in words.

        A hint only: it finds too many rather than too few.
        """
        stems = stems_of(text)
        return tuple(position for position, fact in self._still_locked.items() if fact.touched_by(stems))

    def told_as_asked(self, text: str) -> tuple[int, ...]:
        """The positions of the locked facts that were asked for in words and whose words the text has."""
        stems = stems_of(text)
        asked = (pair for pair in enumerate(self._knowledge.locked) if self.is_asked(pair[0]))
        return tuple(position for position, fact in asked if fact.touched_by(stems))

    @cached_property
    def language(self) -> str:
        """The ISO 639-1 code of the conversation's language: that of the latest message that shows one, else the
        scenario's. "" if it is not known.
        """
        possible: frozenset[str] = frozenset()
        for message in reversed(self._student_messages):
            found = languages_of(message)
            if UNKNOWN in found:
                return ""
            name = identified(message)
            if name and (not possible or script_of(name) in possible):
                return name
            possible = possible or found
        return self._language_of_scenario if not possible or script_of(self._language_of_scenario) in possible else ""

    @cached_property
    def _language_of_scenario(self) -> str:
        return identified("\n".join(str(self._content.get(key) or "") for key in _TOLD))

    def _broken(self, spoken: str, *, complete: bool) -> str | None:
        reply_words = words(spoken)
        if _MARKERS.search(spoken) or self._knowledge.quotable.any_in(reply_words):
            return "instructions_quoted"
        if breaks_role(spoken, self._asked, self._names, complete=complete):
            return "role_break"
        if any(not only_denied(form, spoken) for form in self._knowledge.named.found_in(reply_words) if self._unnamed):
            return "diagnosis_named"
        if self.asks_nothing and len(reply_words) >= _WORDS_TO_TELL:
            stems = stems_of(reply_words)
            if any(fact.told_by(stems, self._asked_stems) for fact in self._unasked):
                return "locked_fact"
        return None

    @cached_property
    def _asked(self) -> str:
        return plain(self._student_messages[-1]) if self._student_messages else ""

    @cached_property
    def _names(self) -> frozenset[str]:
        """The patient's names, which stand before anything else in a scenario."""
        found = _NAMES.search(str(self._content.get("scenario_text") or "")[:_NAMED_WITHIN])
        return frozenset(words(found[0])) if found else frozenset()

    @cached_property
    def _student_words(self) -> list[str]:
        return words("\n".join(self._student_messages))

    @cached_property
    def _unnamed(self) -> bool:
        """Whether the student has named no diagnosis yet, by no name. Those of a scenario are names of one illness."""
        known, said = self._knowledge, self._student_words
        return not known.named_by_student.any_in(said) and not named_otherwise(
            "\n".join(self._student_messages), said, known.diagnoses
        )

    @cached_property
    def _asked_stems(self) -> frozenset[str]:
        return stems_of(self._student_words)

    @cached_property
    def _still_locked(self) -> dict[int, LockedFact]:
        """The locked facts that the student has not asked for in words, by position."""
        asked, phrases = self._asked_stems, self._knowledge.asked_for.found_in(self._student_words)
        facts = enumerate(self._knowledge.locked)
        return {position: fact for position, fact in facts if not fact.asked(phrases, asked)}

    @cached_property
    def _unasked(self) -> list[LockedFact]:
        """Those whose subject the last messages do not even touch.

        "So you take the tablets" may be a question, and the answer to the question before may come late.
        """
        *earlier, last = ["", *self._student_messages]
        asked = [before for before in earlier[-1:] if not asks_nothing(before, self._languages)]
        touched = stems_of("\n".join([*asked, *sentences_with_a_subject(last)]))
        return [fact for fact in self._still_locked.values() if not fact.near_to(touched)]

    @cached_property
    def _languages(self) -> frozenset[str]:
        """The scenario's languages, and those of messages in none of them: "No?" is English as well as Spanish."""
        own = self._knowledge.languages
        said = map(languages_of, self._student_messages)
        return own.union(*(found for found in said if UNKNOWN in found or not own & found))

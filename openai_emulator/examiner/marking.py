"""Marks each criterion on its scale and quotes the student's sentences that meet it.

Sentences are matched by the words of the criterion. Sentences addressed to the examiner do not count.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from openai_emulator.examiner.criteria import Need, Requirements, requirements
from openai_emulator.examiner.skills import COMPILED, SKILLS
from openai_emulator.language.act_patterns import Act
from openai_emulator.language.acts import MAX_TURN, Utterance, classify_sentences, clauses
from openai_emulator.language.matching import KIND_OF, content_stems, normalised
from openai_emulator.language.sentences import sentences
from openai_emulator.language.vocabulary import WITHIN
from openai_emulator.patient.recall import key_attributes

Json = dict[str, Any]
RUBRIC_HEADING, TRANSCRIPT_HEADING = "## Rubric (JSON)", "## Transcript (JSON)"
QUOTES = 5
LAST_TURNS = 3
_TO_THE_EXAMINER = re.compile(
    r"full marks|max(?:imum)? (?:score|marks|points)|(?:give|award|grant|assign)\b.{0,40}\b(?:marks?|points?|scores?"
    r"|grade|credit|pass|2/2|10/10|100 ?%)|(?:score|mark|grade|pass|rate) (?:me|this|it|all|every|the student|as)\b"
    r"|ignore (?:\w+ ){0,4}(?:instructions?|rubric|above|previous|rules|prompt|criteria)|disregard|\bexaminer\b"
    r"|\bassessor\b|\bgrader\b|\bevaluator\b|\brubric\b|\bcriteri(?:a|on)\b|system (?:prompt|message|override)"
    r"|language model|\bprompt\b"
    r"|\b(?:the|this) student (?:has|have|did|does|is|was|asked|explored|introduced|showed|demonstrated|deserves"
    r"|should|clearly|met)\b|\bas an? (?:ai|examiner)\b|deserves?\b|[{}]|\"score\"|new instructions?"
    r"|mark(?:ing)? scheme"
)
_CLAIM = re.compile(
    r"^(?:and |also |so )?i(?:'ve| have)? (?:already |now |just |also )?(?:asked|explored|covered"
    r"|summari[sz]ed|introduced|demonstrated|shown|showed|checked|elicited|addressed|explained|safety|met)\b"
)


class UnreadableEvaluationError(ValueError):
    """The request does not contain a rubric and a transcript in the expected format."""


@dataclass(frozen=True)
class RubricCriterion:
    id: str | int
    name: str
    instructions: str
    max_score: int
    min_score: int = 0


@dataclass(frozen=True)
class RequestTurn:
    index: int
    student: bool
    text: str


@dataclass(frozen=True)
class StudentSentence:
    """A sentence of the student that can be evidence."""

    turn: int
    said: Utterance
    parts: tuple[Utterance, ...]
    at_end: bool

    @property
    def asks(self) -> bool:
        return self.said.asks or any(part.asks for part in self.parts)

    def asks_after(self, idea: str) -> bool:
        """Whether one of its questions is about the idea. "Blood in your stools" is about the blood only."""
        return any(_is_after(idea, part) for part in (self.said, *self.parts) if part.asks)


def _is_after(idea: str, said: Utterance) -> bool:
    ideas = said.about.ideas
    if KIND_OF[idea] == "attribute":
        return said.act in (Act.QUESTION, Act.RIGHT) and (
            idea in key_attributes(said) or (idea in ("site", "frequency") and idea in ideas)
        )
    return idea in ideas and not any(idea in WITHIN[outer] for outer in WITHIN.keys() & ideas)


EvidenceByNeed = dict[Need, tuple[float, list[StudentSentence]]]


def parse_evaluation_request(instructions: str, user_text: str) -> tuple[list[RubricCriterion], list[RequestTurn]]:
    """The rubric and the transcript of a request; UnreadableEvaluationError says what is missing."""
    rubric = json_after(instructions, RUBRIC_HEADING)
    transcript = json_after(user_text, TRANSCRIPT_HEADING)
    try:
        criteria = [
            RubricCriterion(
                item["id"],
                str(item["name"]),
                str(item.get("instructions") or ""),
                int(item.get("max_score", 2)),
                int(item.get("min_score", 0)),
            )
            for item in rubric["criteria"]
        ]
        turns = [
            RequestTurn(int(item["index"]), item["speaker"] == "student", str(item["text"]))
            for item in transcript["turns"]
        ]
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise UnreadableEvaluationError("criteria need id and name, turns need index, speaker and text") from problem
    return criteria, turns


def json_after(text: str, heading: str) -> Json:
    """The JSON object that stands behind a heading; UnreadableEvaluationError if there is none."""
    _, found, rest = text.partition(heading)
    if not found:
        raise UnreadableEvaluationError(f"no line {heading!r}")
    try:
        value = json.JSONDecoder().raw_decode(rest.lstrip())[0]
    except (ValueError, RecursionError) as problem:
        raise UnreadableEvaluationError(f"no JSON after {heading!r}") from problem
    if not isinstance(value, dict):
        raise UnreadableEvaluationError(f"no JSON object after {heading!r}")
    return value


def mark_transcript(criteria: Sequence[RubricCriterion], turns: Sequence[RequestTurn]) -> Json:
    """The evaluation as JSON: each criterion with its evidence, comment, rewrite and score."""
    lines = countable_sentences(turns)
    wanted = [requirements(criterion.name, criterion.instructions) for criterion in criteria]
    # Each need is searched for once, because many criteria of a rubric share few needs.
    shown = {need: _find_evidence(need, lines) for need in {need for one in wanted for need in one.needs}}
    marked = [_mark_criterion(*one, shown, lines) for one in zip(criteria, wanted, strict=True)]
    return {"criteria": marked, "feedback": _feedback(marked, lines)}


def _feedback(marked: Sequence[Json], lines: Sequence[StudentSentence]) -> Json:
    """What went well by the first criterion with evidence, and what to try by the first that is not met in full: of
    those that are met in part, which are within reach, if there are any."""
    nothing: Json = {"evidence": [], "text": ""}
    good = next((item for item in marked if item["evidence"]), None)
    not_full = [item for item in marked if item["rewrite_if_missing"]]
    lacking = next((item for item in not_full if item["evidence"]), not_full[0] if not_full else None)
    last = [{"turn": line.turn, "quote": line.said.text} for line in lines[-1:]]
    return {
        "went_well": {"evidence": good["evidence"][:1], "text": good["comment"]} if good else nothing,
        "try_next": {"evidence": last, "text": f"Try to say: {lacking['rewrite_if_missing']}"} if lacking else nothing,
    }


def countable_sentences(turns: Sequence[RequestTurn]) -> list[StudentSentence]:
    """The student's sentences, except those that address the examiner, what follows them in their turn, and claims of
    having done something."""
    spoken = [turn for turn in turns if turn.student]
    last = {turn.index for turn in spoken[-LAST_TURNS:]}
    lines = []
    for turn in spoken:
        for said in classify_sentences(sentences(turn.text[:MAX_TURN])):
            if _TO_THE_EXAMINER.search(normalised(said.text)):
                break
            if said.act is not Act.STAGE and not _CLAIM.match(said.core):
                parts = classify_sentences(clauses(said.text)) if said.asks else []
                lines.append(StudentSentence(turn.index, said, tuple(parts), turn.index in last))
    return lines


def _mark_criterion(
    criterion: RubricCriterion, wanted: Requirements, all_shown: EvidenceByNeed, lines: Sequence[StudentSentence]
) -> Json:
    shown = {need: all_shown[need] for need in wanted.needs}
    level, evidence = _level(wanted, shown, lines)
    full, none = criterion.max_score, criterion.min_score
    score = full if level == 2 else (none + full) // 2 if level == 1 else none
    missing = [need for need, (amount, _) in shown.items() if amount < 1]
    return {
        "criterion_id": str(criterion.id),
        "evidence": [{"turn": line.turn, "quote": line.said.text} for line in evidence[:QUOTES]],
        "comment": _comment(level, shown),
        "rewrite_if_missing": "" if score == full else _rewrite(missing, wanted, criterion.name),
        "score": score,
    }


def _level(
    wanted: Requirements, shown: EvidenceByNeed, lines: Sequence[StudentSentence]
) -> tuple[int, list[StudentSentence]]:
    """How far it is met (0 not, 1 partly, 2 in full), and the sentences that justify it."""
    if wanted.counted:
        return _by_count(wanted, wanted.counted, shown, lines)
    if not wanted.needs:
        return _by_words(wanted.other, lines)
    evidence = _in_order(
        line for amount, found in shown.values() for line in found[: 2 if len(shown) < 3 else 1] if amount
    )
    share = sum(amount for amount, _ in shown.values()) / len(shown)
    # Words of the criterion that are missing from the evidence make the match less certain.
    unheard = len(wanted.other - content_stems(" ".join(line.said.text for line in evidence)))
    likely = len(shown) / (len(shown) + 0.55 * unheard)
    if not evidence or share < 0.25 or likely < 0.4 or (share < 0.7 and unheard > 1):
        return 0, []
    if wanted.further and not _goes_further(wanted.further, evidence, lines):
        return 1, evidence
    return (2 if share >= (0.6 if wanted.either else 0.7) and likely >= 0.6 else 1), evidence


def _goes_further(further: frozenset[str], evidence: list[StudentSentence], lines: Sequence[StudentSentence]) -> bool:
    """Whether the evidence or the student's next turn mentions something that only the highest level requires."""
    turns = {line.turn for line in evidence}
    turns |= {min((line.turn for line in lines if line.turn > turn), default=turn) for turn in turns}
    near = [line.said.about for line in lines if line.turn in turns]
    return any(further & (about.ideas | about.stems) for about in near)


def _by_count(
    wanted: Requirements, counted: tuple[int, int], shown: EvidenceByNeed, lines: Sequence[StudentSentence]
) -> tuple[int, list[StudentSentence]]:
    """How far it is met by the number of listed items, or of any symptoms, that the student asks about."""
    found: dict[str, StudentSentence] = {need.name: hits[0] for need, (amount, hits) in shown.items() if amount}
    if wanted.symptoms:
        symptoms = [idea for idea, kind in KIND_OF.items() if kind == "finding" and idea != "pain"]
        found = {idea: line for line in reversed(lines) for idea in symptoms if line.asks_after(idea)}
    level = 2 if len(found) >= counted[1] else 1 if len(found) >= counted[0] else 0
    return level, _in_order(found.values()) if level else []


def _by_words(other: frozenset[str], lines: Sequence[StudentSentence]) -> tuple[int, list[StudentSentence]]:
    """For a criterion without known needs: how far it is met by the sentence that shares the most words with it."""
    scored = [(len(other & line.said.about.stems), line) for line in lines]
    most, best = max(scored, key=lambda pair: pair[0], default=(0, None))
    if best is None or not other or most < min(2, len(other)) or most / len(other) < 0.4:
        return 0, []
    return (2 if most / len(other) >= 0.7 else 1), [best]


def _find_evidence(need: Need, lines: Sequence[StudentSentence]) -> tuple[float, list[StudentSentence]]:
    """How far a need is met (0, 0.5 or 1), and by which sentences."""
    if need.kind == "idea":
        found = [line for line in lines if line.asks and line.asks_after(need.name)]
        return (1.0 if found else 0.0), found
    skill = SKILLS[need.name]
    by_cue: dict[str, list[StudentSentence]] = {}
    for line in lines:
        if (skill.last and not line.at_end) or (skill.when != "any" and line.asks != (skill.when == "ask")):
            continue
        for label, cue in COMPILED[need.name].items():
            if cue.search(line.said.text.replace("\u2019", "'")):
                by_cue.setdefault(label, []).append(line)
    found = _in_order(line for hits in by_cue.values() for line in hits)
    if not found:
        return 0.0, []
    if skill.full:
        enough = skill.full <= by_cue.keys()
    else:
        enough = len(by_cue if skill.by_part else found) >= (need.count or skill.count)
    # One sentence for each part first, so that the quotes cover all parts.
    parts = _in_order(hits[0] for hits in by_cue.values())
    return (1.0 if enough else 0.5), [*parts, *(line for line in found if line not in parts)]


def _in_order(lines: Iterable[StudentSentence]) -> list[StudentSentence]:
    unique: dict[tuple[int, str], StudentSentence] = {}
    for line in lines:
        unique.setdefault((line.turn, line.said.text), line)
    return sorted(unique.values(), key=lambda line: line.turn)


def _comment(level: int, shown: EvidenceByNeed) -> str:
    done = [need.label for need, (amount, _) in shown.items() if amount]
    missing = [need.label for need, (amount, _) in shown.items() if amount < 1]
    if level == 2:
        return f"Clearly shown: {', '.join(done)}." if done else "Clearly shown."
    if level == 1:
        return f"Partly shown: {', '.join(done) or 'some of it'}." + (
            f" Could go further on: {', '.join(missing)}." if missing else ""
        )
    return "Nothing that the student said meets this."


def _rewrite(missing: Sequence[Need], wanted: Requirements, name: str) -> str:
    # For "smoking, and how much", the question about smoking covers both.
    whole = [need for need in wanted.needs if need.kind == "skill" or KIND_OF[need.name] != "attribute"]
    for need in [*(need for need in missing if need in whole), *whole, *missing]:
        return need.rewrite
    if wanted.symptoms:
        return "Have you noticed anything else, such as fever, weight loss, bleeding or breathlessness?"
    return f"I'd like to ask you about this: {name.strip().rstrip('.?')[:120].lower()}."

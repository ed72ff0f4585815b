"""Parses the patient from the instructions of a call, with or without the agreed sections."""

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import islice

from openai_emulator.language.matching import Features, content_stems, features_of, normalised, phrase_stems
from openai_emulator.language.sentences import sentences
from openai_emulator.language.word_lists import NO_NAMES, NOT_JOBS
from openai_emulator.patient.first_person import Speaker, reported, tidy

PERSONA, KNOWLEDGE, MANNER = "who you are", "what you know", "how you speak"
# Limits, because each fact is compared with each question.
MAX_FACTS = 400
MAX_DIAGNOSES = 50
LONGEST_NAME = 80
# _sections() reduces runs of blanks to one, so that no pattern takes quadratic time on them.
_BLANKS = re.compile(r"\s+")
_HEADING = re.compile(r"^ ?#{1,4} (.+)$")
_NUMBER = re.compile(r"^(\s*[-*\u2022]\s*)\((\d{1,3})\)\s*")
_FACT = re.compile(r"^\s*[-*\u2022]\s*(\[locked\])?\s*([^:]{1,1000}):\s+(.+)$", re.IGNORECASE)
_BULLET = re.compile(r"^\s*[-*\u2022]\s*(\[locked\])?\s*(.+)$", re.IGNORECASE)
_LABEL = re.compile(
    r"^\s*(opening(?: line| statement| sentence)?|diagnosis|diagnoses|name|age|occupation"
    r"|job)\s*:\s*(.+)$",
    re.IGNORECASE,
)
# "Lee", "McAdam", "O'Brien" and "d'Arcy-Smith" each match in only one way, so there is no backtracking.
_JOINED = r"(?:['\u2019-][A-Z]?|[A-Z])[a-z]++"
_SURNAME = rf"[A-Z](?:[a-z]++(?:{_JOINED})*+|(?:{_JOINED})++)"
_NAME = rf"(?:(?:Mr|Mrs|Ms|Miss)\.? )?[A-Z][a-z'\u2019-]++(?: (?:{_SURNAME}|[A-Z]\b\.?)){{0,2}}"
_TITLE = re.compile(r"^(?:Mr|Mrs|Ms|Miss)\.? ")
_NAME_PATTERNS = [
    re.compile(rf"(?:[Mm]y name is|[Nn]ame is|[Cc]alled|[Nn]amed|I am|I'm) ({_NAME})"),
    re.compile(rf"(?:[Yy]ou are|[Yy]ou're|[Pp]lay(?: the part of| the role of)?|[Pp]atient:?|[Aa]ct as) ({_NAME})"),
    re.compile(rf"^\W*({_NAME})(?=,? (?:is|has|aged|\(|\d|an? |who|comes|presents|works|lives)|,|\(|\.?\s*$)"),
]
_MANNERLY = re.compile(
    r"\b(?:speak\w*|talk\w*|tone|manner|voice|personality|behav\w+|comes? across|seems?|appears?|answers?|repl(?:y"
    r"|ies)|be|feels? (?:very|quite|a bit))\b",
    re.IGNORECASE,
)
_AGE = re.compile(
    r"\b(\d{1,3})[ -]?(?:years?[ -]old|year[ -]old|yrs?\b|y/?o\b)|\baged? (\d{1,3})\b|, (\d{1,3})(?=,"
    r"|\.|\s+and\b|$)|\((\d{1,3})\)",
    re.IGNORECASE,
)
_JOB_STOP = (
    r"(?= who\b| with\b| and (?:lives|has|is|smokes|drinks)| presenting| living| at | in | from | on | because|,|\.|;|$"
    r"| has\b| comes\b| attend)"
)
_JOBS = [
    re.compile(
        rf"\b(?:works?|working|employed) (?:\w+ly |part[- ]time "
        rf"|full[- ]time )?as (an? [\w' -]{{3,40}}?){_JOB_STOP}"
    ),
    re.compile(
        rf"year[- ]old ((?:retired |former |trainee |self-employed |part-time |junior |primary "
        rf"|secondary )?(?:[a-z]+ ){{0,2}}?[a-z]+){_JOB_STOP}"
    ),
    re.compile(rf", ((?:a|an) (?:retired |former )?[a-z]+(?: [a-z]+)?){_JOB_STOP}"),
    re.compile(
        r"\b(?:I'm|I am|[Yy]ou are|[Ss]he is|[Hh]e is) (an? (?:[a-z]+ )?[a-z]+(?:er|or|ist|ian|ant|man|woman"
        r"|nurse|chef|pilot|mechanic|jockey|secretary|student))\b"
    ),
    re.compile(rf"\bis ((?:a|an) (?:retired |former )[a-z]+(?: [a-z]+)?){_JOB_STOP}"),
]
_ONLY_IF_ASKED = re.compile(
    r"(?<!\s)\s*+[(\[]?\b"
    r"(?:but )?(?:only |is only |will only )?(?:mention(?:ed|s)?|reveal(?:ed|s)?|tell(?:s)?|told|say(?:s)?"
    r"|disclos\w+|admits? (?:it|this)?|shared?)?\s*(?:this |it |that )?"
    r"(?:only )?(?:if|when|unless) (?:directly |specifically |explicitly )?asked(?: about (?:it|this|that)| directly"
    r"| specifically)?[)\]]?",
    re.IGNORECASE,
)
_IF_ASKED = re.compile(
    r"^\W*(?:if|when) (?:you are |she is |he is |they are )?asked (?:about|whether|for"
    r"|if) (.+?)(?:,|:)?\s+(?:say|tell (?:them|the \w+)|answer|reply|you say|respond)(?: that"
    r"| with)?:?\s*[\"\u201c']?(.+?)[\"\u201d']?$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class SpokenFact:
    """Something the patient knows. `topics` are the words that ask for it; `order` is its position in the text,
    `number` the one that stands before it there, 0 for none."""

    text: str
    topics: str = ""
    locked: bool = False
    weight: float = 1.0
    order: int = 0
    number: int = 0

    @property
    def about(self) -> Features:
        return features_of(self.text)

    @cached_property
    def phrases(self) -> tuple[str, ...]:
        """The topics, each as stems."""
        return tuple(phrase_stems(topic) for topic in self.topics.split(",") if topic.strip())

    @property
    def topic(self) -> Features:
        return features_of(self.topics)


@dataclass(frozen=True)
class Scenario:
    name: str = ""
    age: str = ""
    opening: str = ""
    facts: tuple[SpokenFact, ...] = ()
    manner: str = ""
    diagnoses: tuple[str, ...] = ()


@dataclass
class _Draft:
    persona: list[str] = field(default_factory=list)
    manner: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    facts: list[tuple[str, str, bool, int]] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)


@lru_cache(maxsize=512)
def read_scenario(instructions: str) -> Scenario:
    """The patient in these instructions. Sections and line conventions are used if present."""
    draft = _Draft()
    for section, lines in _sections(instructions):
        for line in lines:
            _read_line(draft, section, line)
    persona = " ".join(draft.persona)
    name = (draft.labels.get("name") or _find_name(persona))[:LONGEST_NAME]
    age = draft.labels.get("age") or _find_age(persona)
    second = bool(re.search(r"\byou(?:'re| are| have| live| work)\b", persona, re.IGNORECASE))
    described = f"{persona} {' '.join(draft.loose)}"
    # If the patient is "you", an occasional "she" is somebody else.
    others = second and len(re.findall(r"\b(?:she|he)\b", described, re.IGNORECASE)) < 3
    gender = "" if others else _gender(name, described)
    speaker = Speaker(_TITLE.sub("", name), gender, second_person=second)
    told = _told_facts(draft, speaker, len(draft.facts))
    job = draft.labels.get("job") or draft.labels.get("occupation") or _find_job(persona)
    opening = draft.labels.get("opening") or _find_opening(told)
    if draft.labels.get("opening"):
        told.append(SpokenFact(opening, weight=0.9, order=-1))
    if job:
        told.append(SpokenFact(f"I'm {job}.", "job, work, occupation, for a living", weight=0.9, order=len(told)))
    return Scenario(
        name=name,
        age=age,
        opening=opening,
        facts=tuple(told),
        manner=" ".join(draft.manner) or _about_manner(persona),
        diagnoses=tuple(
            term.strip(" .").lower() for term in re.split("[,;]", draft.labels.get("diagnosis", "")) if term.strip(" .")
        )[:MAX_DIAGNOSES],
    )


def _sections(instructions: str) -> list[tuple[str, list[str]]]:
    """Lines by heading. Without known headings the whole text is the persona."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for raw in instructions.splitlines():
        line = _BLANKS.sub(" ", raw)
        heading = _HEADING.match(line)
        if heading:
            found.append((normalised(heading[1]), []))
        else:
            found[-1][1].append(line)
    known = [(title, lines) for title, lines in found if title in (PERSONA, KNOWLEDGE, MANNER)]
    return known or [(PERSONA, [line for _, lines in found for line in lines])]


def _read_line(draft: _Draft, section: str, line: str) -> None:
    numbered = _NUMBER.match(line)
    number, line = (int(numbered[2]), numbered[1] + line[numbered.end() :]) if numbered else (0, line)
    label, fact, bullet = _LABEL.match(line), _FACT.match(line), _BULLET.match(line)
    if not line.strip():
        return
    if section == MANNER:
        draft.manner.append(line.strip())
    elif label:
        key = label[1].lower().split()[0].replace("diagnoses", "diagnosis")
        draft.labels.setdefault(key, label[2].strip().strip('"\u201c\u201d'))
    elif fact:
        draft.facts.append((fact[2].strip(), fact[3].strip(), bool(fact[1]), number))
    elif bullet and bullet[1]:
        draft.facts.append((bullet[2].strip(), bullet[2].strip(), True, number))
    elif section == PERSONA:
        draft.persona.append((bullet[2] if bullet else line).strip())
    else:
        draft.loose.append((bullet[2] if bullet else line).strip())


def _told_facts(draft: _Draft, speaker: Speaker, written: int) -> list[SpokenFact]:
    """All facts in the first person: the written ones, then those from the persona and the background."""
    facts = []
    for order, (topics, text, locked, number) in enumerate(draft.facts[:MAX_FACTS]):
        spoken = " ".join(said for sentence in sentences(text) if (said := speaker.own_words(sentence)))
        if spoken:
            facts.append(SpokenFact(spoken, topics, locked, order=order, number=number))
    described = (s for text in (*draft.loose, *draft.persona) for s in sentences(text))
    for sentence in islice(described, MAX_FACTS):
        # Facts that the author listed have precedence over those in running text.
        fact = _loose_fact(sentence, speaker, order=written + len(facts), weight=0.7 if written else 1.0)
        if fact:
            facts.append(fact)
    return facts


def _loose_fact(sentence: str, speaker: Speaker, order: int, weight: float) -> SpokenFact | None:
    asked = _IF_ASKED.match(sentence)
    if asked:
        quoted = asked[2].strip(" .'\"\u2019\u201d")
        spoken = tidy(quoted) if re.search(r"['\"\u2018\u201c]", sentence) else speaker.says(quoted)
        return SpokenFact(spoken, asked[1], locked=True, order=order) if spoken else None
    bare = _ONLY_IF_ASKED.sub("", sentence)
    locked = bare != sentence
    spoken = speaker.says(_without_identity(reported(bare)))
    if not spoken or not content_stems(spoken) or spoken.startswith("My name is"):
        return None
    return SpokenFact(spoken, spoken if locked else "", locked, weight=weight, order=order)


def _without_identity(sentence: str) -> str:
    """Remove the identity from a sentence such as "Ann Lee is a 40-year-old teacher who has a cough"."""
    sentence = re.sub(
        r"^((?:Mr|Mrs|Ms|Miss)?\.? ?[A-Z][\w'-]+(?: [A-Z][\w'-]+)*)(?:, (?:aged )?\d{1,3},"
        r"| ?\(\d{1,3}\),?)(?= [a-z])",
        r"\1",
        sentence,
    )
    match = re.match(
        r"^.*?\byears?[- ]old\b[^,.;]{0,200}?(?:,? who |,? and |, | )(?=(?:has|have|is|was|comes|came"
        r"|presents?|works|lives|smokes|had|with|feels)\b)(.+)$",
        sentence,
    )
    if not match:
        return sentence
    rest = re.sub(r"^with ", "has ", match[1])
    return f"The patient {rest}"


def _find_name(persona: str) -> str:
    for pattern in _NAME_PATTERNS:
        for found in pattern.finditer(persona):
            if found[1].split()[0] not in NO_NAMES:
                return found[1]
    return ""


def _find_age(persona: str) -> str:
    found = _AGE.search(persona)
    # "the mother of Ben, who is 3": not the speaker's age.
    if not found or re.search(r"\b(?:mother|father|mum|dad|parent|carer|son|daughter)\b", persona[: found.start()]):
        return ""
    return next(group for group in found.groups() if group)


def _find_job(persona: str) -> str:
    for pattern in _JOBS:
        found = pattern.search(persona)
        if found and not NOT_JOBS & set(found[1].split()):
            job = found[1].strip()
            return job if re.match(r"an? ", job) else f"{'an' if job[0] in 'aeiou' else 'a'} {job}"
    return ""


def _about_manner(persona: str) -> str:
    """The sentences about how the patient speaks, if there is no section for it."""
    return " ".join(text for text in sentences(persona) if _MANNERLY.search(text))


def _gender(name: str, text: str) -> str:
    low = f" {normalised(text)} "
    female = len(
        re.findall(r"\b(?:she|her|hers|herself|woman|mrs|lady|girl|(?:mother|mum|wife) of)\b", low)
    ) + 3 * name.startswith(("Mrs", "Ms", "Miss"))
    male = len(
        re.findall(r"\b(?:he|him|his|himself|man|mr|gentleman|boy|(?:father|dad|husband) of)\b", low)
    ) + 3 * name.startswith("Mr ")
    if female == male:
        return ""
    return "female" if female > male else "male"


def _find_opening(facts: list[SpokenFact]) -> str:
    """The first fact that sounds like a reason to see a doctor, if there is no opening line. The persona's first."""
    unlocked = [fact for fact in facts if not fact.locked]
    for fact in sorted(unlocked, key=lambda fact: bool(fact.topics)):
        if fact.about.of_kind("finding", "body"):
            return fact.text
    return ""

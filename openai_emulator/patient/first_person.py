"""Turns what an author wrote about a patient into the patient's own words: "She smokes" becomes "I smoke"."""

import re

from openai_emulator.language.word_lists import word_set

_BE_AND_HAVE = {
    "is": "am", "was": "was", "were": "was", "has": "have", "does": "do", "isn't": "am not", "hasn't": "haven't",
    "doesn't": "don't", "wasn't": "wasn't", "are": "am", "aren't": "am not",
}  # fmt: skip
# Words that can come between the subject and the verb.
_ADVERBS = re.compile(
    r"(?:\w+ly|also|never|often|always|sometimes|still|just|now|then|only|even|once|first|otherwise"
    r"|recently)$"
)
_UNCHANGED = word_set(
    """
    had did could can would will should may might must said went took came ate got felt began lost told thought
    saw left gave found kept ran drove slept woke fell grew knew made met paid put read rang used hurt cut let
    set became stopped started noticed tried have am do be this his us this's
    """
)
_PARTICIPLES = (
    r"(?:also |always |just |never |not |only |recently )?(?:had|been|got|lost|noticed|taken|tried|felt|started"
    r"|stopped|gained|seen|gone|become"
    r"|developed|given|found|vomited|never|not|put|kept|used|lived|worked|smoked|drunk|eaten|slept|come|fallen|told"
    r"|known|suffered)\b"
)
_SECOND_VERB = re.compile(
    r"\b(and|but|or|who|then) (also |now |still |sometimes |usually )?"
    r"(is|has|was|does|works|lives|smokes|drinks|takes|feels|sleeps|eats|walks|thinks|believes|worries|fears|hopes"
    r"|wants"
    r"|wishes|knows|uses|suffers|gets|goes|doesn't|hasn't|isn't|wakes|needs|likes|loves|finds|says|keeps|runs|plays"
    r"|looks"
    r"|comes|helps|cares|enjoys|struggles|denies|denied|reports|avoids|exercises|visits|drives|spends|coughs|has had)\b"
)
_REPORTING = (
    (r"(?:presents?|presented|presenting|comes? in|attends?|attended|is here|has come|comes?|came)(?: (?:in|to|today"
        r"|to see|the|a|an|gp|doctor|clinic|surgery|practice|hospital|emergency|department))* (?:with|because of"
        r"|complaining of)", "has had "),
    (r"(?:complains?|complained|is complaining) of", "has "),
    (r"(?:reports?|reported|describes?|described)(?! (?:that|it|feeling|being|having))", "has "),
    (r"(?:reports?|reported|says|said|states?|stated|admits?) (?:that )?(?=(?:she|he|they|i)\b)", ""),
    (r"^.{0,60}\b(?:denies|denied) (?:any )?", "there's been no "),
    (r"suffers from", "has "),
)  # fmt: skip
_NEAR = 500
_ABOUT_THE_PLAY = re.compile(
    r"^\W*(?:be|speak|act|keep|stay|use|talk|give|answer|show|sound|do not|don't|remember|imagine|avoid|wait|allow"
    r"|ask|make sure)\b"
    r"|\b(?:the student|medical student|learner|candidate|trainee|examiner|role|role-?play|actor|simulat\w*|scenario"
    r"|instruction\w*|prompt|reveal\w*|disclos\w*"
    r"|volunteer\w*|do not (?:say|tell|mention|give|share|break|use)|don't (?:say|tell|mention|give|reveal)"
    r"|never (?:say|tell|mention|give|reveal|break)"
    r"|only (?:mention|tell|say|if|when)|if (?:she|he|they|you|the doctor) (?:is |are )?ask\w*|when asked|if asked"
    r"|unless|pretend|character|in character"
    r"|respond|answer|language model|assistant|keep (?:your|the) (?:answers|replies)|play(?:ing)? (?:a|the) patient"
    r"|you are playing|your replies|practice consultation"
    r"|act as|stay in|diagnosis|consultation)\b",
    re.IGNORECASE,
)


class Speaker:
    """The person who speaks; turns sentences about that person into the first person."""

    def __init__(self, name: str = "", gender: str = "", *, second_person: bool = False) -> None:
        self.gender = gender
        subjects = ["the patient", "this patient", "patient"]
        if name:
            first, _, rest = name.partition(" ")
            subjects += [name, first] + [f"{title} {rest}" for title in ("Mr", "Mrs", "Ms", "Miss") if rest]
            subjects += [f"{title} {name}" for title in ("Mr", "Mrs", "Ms", "Miss")]
        subjects += {"female": ["she"], "male": ["he"]}.get(gender, ["they"])
        subjects += ["you"] if second_person else []
        ordered = sorted({re.escape(subject) for subject in subjects}, key=len, reverse=True)
        self._subject = re.compile(rf"\b({'|'.join(ordered)})('s|'ve|'re|'d|'ll)?\b(?! of the)", re.IGNORECASE)
        self._third = re.compile(
            rf"(?:the patient|{ {'female': 'she', 'male': 'he'}.get(gender, 'they') })\b", re.IGNORECASE
        )
        owners = {"female": r"her|hers", "male": r"his"}.get(gender, "their")
        self._owner = re.compile(rf"\b({owners}{'|your' if second_person else ''})\b", re.IGNORECASE)
        objects = {"female": r"her", "male": r"him"}.get(gender, "them")
        self._object = re.compile(
            rf"\b({objects})\b(?= (?:to|from|with|for|at|in|on|when|if|and|but|very|so|up"
            rf"|out)\b|[.,;!?]|$)",
            re.IGNORECASE,
        )
        self._self = re.compile(r"\b(herself|himself|themselves|themself|yourself)\b", re.IGNORECASE)

    def own_words(self, sentence: str) -> str | None:
        """A line that should be in the first person already; converted if it begins with "she" or "the patient"."""
        return self.says(sentence) if self._third.match(sentence) else tidy(sentence)

    def says(self, sentence: str) -> str | None:
        """The sentence in the first person; None if it is about the role play, or still about somebody else."""
        if _ABOUT_THE_PLAY.search(sentence):
            return None
        if re.match(r"\W*(?:i|i'\w+|my|it|it's|we|we're)\b", sentence, re.IGNORECASE) or re.search(
            r"\b(?:I|my|I'm|I've)\b", sentence
        ):
            return tidy(sentence)
        spoken = self._self.sub("myself", sentence)
        spoken = self._object.sub("me", spoken)
        spoken = self._owner.sub("my", spoken)
        spoken = self._subject.sub(lambda match: _person(match), spoken)
        if "\0" in spoken:
            spoken = _SECOND_VERB.sub(_second_verb, spoken)
        spoken = re.sub(r"\0 ((?:\w+ )?)([\w']+)", _conjugate, spoken).replace("\0", "I")
        spoken = re.sub(r"\bI's\b", "my", re.sub(r"\bI am not\b", "I'm not", spoken))
        if re.search(r"\bI am I\b|^I, ", spoken):
            return None
        spoken = re.sub(rf"\bI have (?={_PARTICIPLES})", "I've ", re.sub(r"\bI am\b", "I'm", spoken))
        return tidy(_contracted(spoken))


def _second_verb(match: re.Match[str]) -> str:
    """Convert the second verb of "She smokes and drinks", unless another subject comes between."""
    # The subject is close by: reading the whole text before every verb would take quadratic time.
    clause = match.string[max(0, match.start() - _NEAR) : match.start()].rpartition("\0")
    if not clause[1] or re.search(r"\b(?:that|which|who|it|because|which|whose)\b|\. ", clause[2]):
        return match[0]
    return f"{match[1]} {match[2] or ''}{_verb(match[3])}"


def _person(match: re.Match[str]) -> str:
    ending = {"'s": " is", "'ve": " have", "'re": " are", "'d": " had", "'ll": " will"}.get(match[2] or "", "")
    if match[2] == "'s" and match[1].lower() not in ("she", "he", "they", "you"):
        return "my"
    return f"\0{ending}"


def _conjugate(match: re.Match[str]) -> str:
    before, verb = match[1], match[2]
    if before and not _ADVERBS.match(before.strip()):
        # The word after "I" is the verb.
        return f"I {_verb(before.strip())} {verb}"
    return f"I {before}{_verb(verb)}"


def _verb(verb: str) -> str:
    """The form that goes with "I"."""
    low = verb.lower()
    if low in _BE_AND_HAVE:
        return _BE_AND_HAVE[low]
    if low in _UNCHANGED or not low.endswith("s") or low.endswith(("ss", "us")):
        return verb
    if low.endswith("ies") and len(low) > 4:
        return verb[:-3] + "y"
    if low.endswith(("sses", "shes", "ches", "xes", "oes", "zes")):
        return verb[:-2]
    return verb[:-1]


def reported(sentence: str) -> str:
    """Replace terms of case reports: "complains of a cough" becomes "has a cough"."""
    for pattern, verb in _REPORTING:
        sentence = re.sub(rf"\b{pattern}\b ?", verb, sentence, count=1)
    return sentence


_CONTRACTIONS = (
    (r"\b(do|does|did|have|has|is|are|was|were|could|would|should) not\b", r"\1n't"),
    (r"\b(?:can not|cannot)\b", "can't"),
    (r"\b([Tt]here|[Ii]t|[Tt]hat) is\b(?! *[.,!?]|$)", r"\1's"),
    (r"\bI have (?=an? |no |some |pain|swollen|two |three |four )", "I've got "),
    (r"\bI will\b", "I'll"),
)


def _contracted(text: str) -> str:
    for pattern, short in _CONTRACTIONS:
        text = re.sub(pattern, short, text)
    return text


def tidy(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip(" ,;:-")
    text = re.sub(r"\bi\b", "I", text)
    text = text[:1].upper() + text[1:]
    return text if re.search(r"[.!?\"']$", text) else f"{text}."

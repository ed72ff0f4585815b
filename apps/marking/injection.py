"""Detects text that addresses the examiner instead of the patient: pure functions of text.

No list of phrases is complete. This one keeps common attempts from being read or quoted; the verification of quotes,
the canary and reviews guard against the others. A phrase belongs here only if no consultation needs it: "your pain
score", "ignore the instructions on the packet", "a marker of inflammation" and "full marks for giving up smoking" are
things to say to a patient.
"""

import re
import unicodedata

from apps.core.text.plain import limit_marks

_JUDGE = r"(?:examiner|grader|evaluator|rater|scorer|(?:marking|grading) (?:model|system|ai))"
_MACHINE = r"(?:ai(?: model| assistant| system)?|llm|(?:large )?language model|chat ?bot|chat ?gpt|gpt(?: ?\d+)?)"
_STUDENT = r"(?:the|this) (?:student|candidate|examinee|consultation|transcript|conversation)"
_MOST = r"(?:full|max|maximum|maximal|top|perfect|highest)(?: possible| available)?"
_FULL_MARKS = rf"(?:{_MOST} (?:marks?|scores?|points?|grades?|credits?)|all(?: the)? marks)"
# "full marks for stopping", "full marks on the memory test"
_NOT_PRAISE = r"(?! for (?!every|each|all|any|this|the |me\b)| (?:on|in|at) (?:the|that|your|this) )"
_OLD = r"(?:previous|prior|preceding|above|earlier|former|system|original)"
_GIVE = (
    r"(?:give|giving|award|grant|assign|allocate|put|return|output|record|enter|set"
    r"|deserves?|gets?|receives?|earns?|worth)"
)
_MARK = r"(?:mark|grade|score|rate|pass|assess|evaluate|judge)"
_HAS_DONE = r"(?:met|passed|fulfilled|satisfied|demonstrated|covered|completed|addressed|shown|asked|achieved)"
_IS = r"(?:is|are|was|were|has been|have been|must be|should be|shall be|to be)"

_SPOKEN_TO = [
    rf"^\W*(?:(?:dear|attention|hello|hi|hey)(?: the| my| our)? )?(?:{_JUDGE}|assessor)s?"
    r"(?: ?[,:;!.?>-]|$| you\b| please\b)",
    r"^\W*(?:dear|attention|(?:a )?(?:note|message) (?:to|for)) (?:the |our |my |any )?"
    rf"(?:{_JUDGE}|{_MACHINE}|assessor|marker)",
    rf"\b(?:as|you are|you're) (?:now )?(?:an? |the |my |our )?(?:\w+ )?(?:{_JUDGE}|{_MACHINE})"
    r"(?: ?[,:;.!?]|$| you\b| who\b| that\b)",
    rf"\b{_JUDGE}s?,? (?:you|must|should|shall|please)\b",
]
_SET_ASIDE = [
    r"\b(?:ignore|disregard|forget|override|overrule|bypass)\b.{0,40}\b(?:prompts?|rubric|criteria|guardrails)\b",
    rf"\b(?:ignore|disregard|override|overrule|forget (?:about )?(?:all|any|every|your|{_OLD}))\b"
    rf"(?: (?:all|any|every|of|the|your|my|these|those|other|{_OLD}))*"
    rf" (?:instructions?|{_OLD} (?:rules|directions|orders|guidelines))\b"
    r"(?! (?:on|from|in|that came) (?:the|your|that|any|other) )",
    r"\b(?:system|developer|hidden|secret) (?:prompt|message|instructions?)\b",
    r"\bprompt injection\b|\bjailbreak|\b(?:developer|debug) mode\b",
    r"\b(?:print|repeat|reveal|show|output|recite|copy)\b.{0,20}"
    r"\b(?:prompt|rubric|mark(?:ing)? (?:scheme|instructions))\b",
]
_ASKED_FOR = [
    rf"\b{_GIVE}\b.{{0,40}}\b{_FULL_MARKS}\b{_NOT_PRAISE}",
    rf"\b{_FULL_MARKS}\b(?: (?:for|in|on|to|across))? (?:every|each|all|any|everything|throughout|please|required)\b",
    r"\b(?:give|award|grant|assign|set|score|mark|output|return)\b.{0,30}\b(?:2|two)"
    r"(?:/2| out of (?:2|two)| marks?| points?)? (?:for|to|in|on|at) (?:every|each|all|any)\b",
    rf"(?:{_STUDENT}|\bcriteri(?:a|on)) (?:{_IS}|=|:) ?(?:set |given |awarded |marked |scored )?(?:to |as )?"
    r"(?:full|maximum|2/2|passed|fully met|100 ?%)",
    r"\b(?:every|each|all(?: of)?(?: the| these)?) (?:(?:marking|assessment|other|remaining) )?criteri(?:a|on)"
    rf" (?:{_IS}|as|met|fulfilled|satisfied|passed|scores?|gets?)\b",
    r"\b(?:mark|grade|score|rate) (?:me|us)\b(?! (?:on a|from|how|where|when))",
    rf"\b{_MARK} (?:{_STUDENT}|every criterion|each criterion|all (?:the )?criteria)\b",
    rf"{_STUDENT} (?:deserves?|passe[sd]|scores?|met|demonstrated|has {_HAS_DONE}|must (?:pass|get|receive)"
    r"|should (?:pass|get|receive|be (?:given|awarded|passed|marked)))\b",
    r"\b(?:mark(?:ing)?|grading) (?:scheme|rubric|criteria|instructions|guide(?:lines)?)\b|\brubric\b",
    r"\b(?:count|accept|use|quote|cite|treat|take) (?:this|these|that|the following|it)(?: \w+)? as"
    r" (?:the |full |sufficient |valid )?(?:evidence|proof)\b",
    r"\b(?:new|updated|revised|final|official|important) (?:system|marking|grading|scoring|examiner)"
    r" (?:instructions?|rules?|policy|note|notice)\b",
]
_IMITATED = [
    rf"^\W*(?:system|assistant|developer|{_JUDGE}) ?(?:\([^)]{{0,40}}\) ?)?[:>\]]",
    r"<\|?/?(?:im_start|im_end|system|assistant|endoftext|transcript|rubric)\b|\[/?inst\]",
    r"\b(?:end|begin|start) of (?:the )?(?:transcript|rubric)\b",
    r"## ?(?:rubric|transcript|system|instructions?|marking|new|end)",
    r"'(?:criteria|criterion_id|score|evidence|marks?|passed|turns|speaker|role)' ?:",
    r"\b(?:criterion_id|rewrite_if_missing|total_score|required_to_pass)\b",
    r"(?:^|[\s,({])[cq]\d+ ?(?::|=|->) ?[012]\b|\bscore ?= ?\d",
]
_OTHER_LANGUAGES = [
    r"\b(?:ignora|ignore[zr]?|ignoriere|ignorieren sie|vergiss|olvida|oublie[zr]?|dimentica)\b.{0,20}"
    r"\b(?:las|les|tes|vos|alle|die|le|tutte|todas)\b.{0,20}\b(?:instrucciones|instructions|consignes|anweisungen|istruzioni)\b",
    r"\b(?:volle|maximale|höchste) (?:punkte|punktzahl|bewertung)\b|\bnote maximale\b|\bpunteggio (?:massimo|pieno)\b",
    r"\b(?:puntuación|calificación) (?:máxima|completa)\b|忽略.{0,8}(?:指令|指示|说明)|满分|満点",
]
_TO_EXAMINER = [re.compile(p) for p in (*_SPOKEN_TO, *_SET_ASIDE, *_ASKED_FOR, *_IMITATED, *_OTHER_LANGUAGES)]
_SENTENCE_END = re.compile(r"(?<![.!?])[.!?]+(?=\s|$)|\n+|[。！？]")


def find_examiner_address(text: str) -> int | None:
    """The index of the first sentence that addresses the examiner, asks for marks or imitates a request, or None.

    Callers treat the rest of the message as addressed to the examiner too.
    """
    start = 0
    for end in [*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]:
        plain = _plain(text[start:end])
        if any(pattern.search(plain) for pattern in _TO_EXAMINER):
            return end - len(text[start:end].lstrip())
        start = end
    return None


def _plain(sentence: str) -> str:
    """Case-folded, with single spaces, one style of quotation marks and dashes, and no invisible characters."""
    seen = "".join(
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFKC", limit_marks(sentence)).casefold()
        if unicodedata.category(character) != "Cf"
    )
    marks = re.sub(r"[\"`´‘’“”„«»]", "'", re.sub(r"[‐-―]", "-", seen))
    return " ".join(marks.split())

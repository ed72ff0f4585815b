"""Whether a turn speaks to the examiner instead of the patient: pure rules over text.

No list of phrases is complete; this one keeps the common attempts from being read or quoted at all. What gets past it
meets the look-up of quotes, the canary and review. A phrase belongs here only if a consultation has no use for it: "on a
scale of 0 to 10", "your pain score", "ignore the instructions on the packet", "a marker of inflammation", "full marks for
giving up smoking" are talk with a patient.
"""

import re
import unicodedata

_JUDGE = r"(?:examiner|grader|evaluator|rater|scorer|marking (?:model|system|ai)|grading (?:model|system|ai))"
_MACHINE = r"(?:ai(?: model| assistant| system)?|llm|(?:large )?language model|chat ?bot|chat ?gpt|gpt(?: ?\d+)?)"
_STUDENT = r"(?:the|this) (?:student|candidate|examinee|consultation|transcript|conversation)"
_FULL = (
    r"(?:(?:full|max|maximum|maximal|top|perfect|highest)(?: possible| available)? (?:marks?|scores?|points?|grades?|credits?)"
    r"|all(?: the)? marks)"
)
_PRAISE = r"(?! for (?!every|each|all|any|this|the |me\b)| (?:on|in|at) (?:the|that|your|this) )"
_OLD = r"(?:previous|prior|preceding|above|earlier|former|system|original)"

_SPOKEN_TO = [
    rf"^\W*(?:(?:dear|attention|hello|hi|hey)(?: the| my| our)? )?(?:{_JUDGE}|assessor)s?(?: ?[,:;!.?>-]|$| you\b| please\b)",
    rf"^\W*(?:dear|attention|(?:a )?(?:note|message) (?:to|for)) (?:the |our |my |any )?(?:{_JUDGE}|{_MACHINE}|assessor|marker)s?\b",
    rf"\b(?:as|act as|acting as|you are|you're) (?:now )?(?:an? |the |my |our )?(?:\w+ )?(?:{_JUDGE}|{_MACHINE})(?: ?[,:;.!?]|$| you\b| who\b| that\b)",
    rf"\b{_JUDGE}s?,? (?:you\b|must\b|should\b|shall\b|please\b)",
]
_SET_ASIDE = [
    r"\b(?:ignore|disregard|forget|override|overrule|bypass)\b.{0,40}\b(?:prompts?|rubric|criteria|guardrails)\b",
    rf"\b(?:ignore|disregard|override|overrule|forget (?:about )?(?:all|any|every|your|{_OLD}))\b"
    rf"(?: (?:all|any|every|of|the|your|my|these|those|other|{_OLD}))* (?:instructions?|{_OLD} (?:rules|directions|orders|guidelines))\b"
    r"(?! (?:on|from|in|that came) (?:the|your|that|any|other) )",
    r"\b(?:system|developer|hidden|secret) (?:prompt|message|instructions?)\b|\bprompt injection\b|\bjailbreak|\b(?:developer|debug) mode\b",
    r"\b(?:print|repeat|reveal|show|output|recite|copy)\b.{0,20}\b(?:prompt|rubric|mark(?:ing)? (?:scheme|instructions))\b",
]
_ASKED_FOR = [
    rf"\b(?:give|giving|award|grant|assign|allocate|put|return|output|record|enter|set|deserves?|gets?|receives?|earns?|worth)\b.{{0,40}}\b{_FULL}\b{_PRAISE}",
    rf"\b{_FULL}\b(?: (?:for|in|on|to|across))? (?:every|each|all|any|everything|throughout|please|required)\b",
    r"\b(?:give|award|grant|assign|set|score|mark|output|return)\b.{0,30}\b(?:2|two)(?:/2| out of (?:2|two)| marks?| points?)? (?:for|to|in|on|at) (?:every|each|all|any)\b",
    rf"(?:{_STUDENT}|\bcriteri(?:a|on)) (?:is|are|must be|should be|shall be|to be|=|:) ?(?:set |given |awarded |marked |scored )?(?:to |as )?(?:full|maximum|2/2|passed|fully met|100 ?%)",
    r"\b(?:every|each|all(?: of)?(?: the| these)?) (?:(?:marking|assessment|other|remaining) )?criteri(?:a|on) (?:is|are|was|were|has been|have been|must be|should be|as|met|fulfilled|satisfied|passed|scores?|gets?)\b",
    r"\b(?:mark|grade|score|rate) (?:me|us)\b(?! (?:on a|from|how|where|when))",
    rf"\b(?:mark|grade|score|rate|pass|assess|evaluate|judge) (?:{_STUDENT}|every criterion|each criterion|all (?:the )?criteria)\b",
    rf"{_STUDENT} (?:deserves?|passe[sd]|must (?:pass|get|receive)|should (?:pass|get|receive|be (?:given|awarded|passed|marked))|scores?|met|demonstrated|"
    r"has (?:met|passed|fulfilled|satisfied|demonstrated|covered|completed|addressed|shown|asked|achieved))\b",
    r"\b(?:mark(?:ing)?|grading) (?:scheme|rubric|criteria|instructions|guide(?:lines)?)\b|\brubric\b",
    r"\b(?:count|accept|use|quote|cite|treat|take) (?:this|these|that|the following|it)(?: \w+)? as (?:the |full |sufficient |valid )?(?:evidence|proof)\b",
    r"\b(?:new|updated|revised|final|official|important) (?:system|marking|grading|scoring|examiner) (?:instructions?|rules?|policy|note|notice)\b",
]
_IMITATED = [
    rf"^\W*(?:system|assistant|developer|{_JUDGE}) ?(?:\([^)]{{0,40}}\) ?)?[:>\]]",
    r"<\|?/?(?:im_start|im_end|system|assistant|endoftext|transcript|rubric)\b|\[/?inst\]|\b(?:end|begin|start) of (?:the )?(?:transcript|rubric)\b",
    r"##+ ?(?:rubric|transcript|system|instructions?|marking|new|end)",
    r"'(?:criteria|criterion_id|score|evidence|marks?|passed|turns|speaker|role)' ?:|\b(?:criterion_id|rewrite_if_missing|total_score|required_to_pass)\b",
    r"(?:^|[\s,({])[cq]\d+ ?(?::|=|->) ?[012]\b|\bscore ?= ?\d",
]
_OTHER_LANGUAGES = [
    r"\b(?:ignora|ignore[zr]?|ignoriere|ignorieren sie|vergiss|olvida|oublie[zr]?|dimentica)\b.{0,20}\b(?:las|les|tes|vos|alle|die|le|tutte|todas)\b.{0,20}"
    r"\b(?:instrucciones|instructions|consignes|anweisungen|istruzioni)\b",
    r"\b(?:volle|maximale|höchste) (?:punkte|punktzahl|bewertung)\b|\b(?:puntuación|calificación) (?:máxima|completa)\b|\bnote maximale\b|\bpunteggio (?:massimo|pieno)\b",
    r"忽略.{0,8}(?:指令|指示|说明)|满分|満点",
]
_TO_EXAMINER = [re.compile(p) for p in (*_SPOKEN_TO, *_SET_ASIDE, *_ASKED_FOR, *_IMITATED, *_OTHER_LANGUAGES)]
_SENTENCE_END = re.compile(r"(?<![.!?])[.!?]+(?=\s|$)|\n+|[。！？]")


def speaks_to_examiner_from(text: str) -> int | None:
    """Where the first sentence begins that addresses the examiner, asks for marks or imitates a request; None: nowhere.

    What follows it in the same turn is taken as said to the examiner too.
    """
    start = 0
    for end in [*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]:
        plain = _plain(text[start:end])
        if any(pattern.search(plain) for pattern in _TO_EXAMINER):
            return end - len(text[start:end].lstrip())
        start = end
    return None


def _plain(sentence: str) -> str:
    """Lower case in one form, single spaces, one kind of quotation mark and of dash, nothing unseen."""
    seen = "".join(
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFKC", sentence).casefold()
        if unicodedata.category(character) != "Cf"
    )
    marks = re.sub(r"[\"`´‘’“”„«»]", "'", re.sub(r"[‐-―]", "-", seen))
    return " ".join(marks.split())

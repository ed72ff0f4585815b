"""Families of unusual texts of any length, for measuring how the time of a rule grows."""

from collections.abc import Callable
from itertools import cycle, islice

Family = Callable[[int], str]

# One of each class that an expression may tell apart, or forget to.
CHARACTERS = {
    "letter": "a", "capital": "A", "accented letter": "é", "sharp s": "ß", "digit": "7", "underscore": "_",
    "blank": " ", "line end": "\n", "tab": "\t", "carriage return": "\r", "line separator": "\u2028",
    "no-break space": "\u00a0", "acute": "\u0301", "dot below": "\u0323", "voiced mark": "\uff9e",
    "apostrophe": "'", "quotation mark": '"', "curly quotation mark": "\u201c", "backtick": "`", "round bracket": "(",
    "closing bracket": ")", "square bracket": "[", "curly bracket": "{", "angle bracket": "<", "hyphen": "-",
    "dash": "\u2014", "bullet": "\u2022", "star": "*", "hash": "#", "full stop": ".", "ellipsis": "\u2026",
    "question mark": "?", "comma": ",", "colon": ":", "semicolon": ";", "slash": "/", "bar": "|", "equals": "=",
    "Chinese": "\u75bc", "Japanese": "\u3042", "Korean": "\ud55c", "Chinese full stop": "\u3002", "Cyrillic": "\u0430",
    "Greek": "\u03b1", "Arabic": "\u0628", "Arabic ligature": "\ufdfa", "Hebrew": "\u05d0", "Hindi": "\u0926",
    "Thai": "\u0e01", "emoji": "\U0001f600", "zero width space": "\u200b", "joiner": "\u200d",
    "variation selector": "\ufe0f", "tag": "\U000e0041", "control": "\x01", "bracketed digit": "\u2474",
}  # fmt: skip

# What is repeated: two or three characters in turn, sentences, and what nearly is a phrase of some rule.
REPEATED = (
    "a ", "a.", "a. ", "a\n", "A ", "A. ", "a, ", "a' ", "' ", '" ', ". ", ".\n", ".x", "?!", "? ", ").", ".) ", "- ",
    "-\n", "- a\n", "\n ", "\r\n", " \t", "#\n", "# ", "_a", "1.", "1. ", "7 ", "()", "[]", "[(<", "({[", "<|", "a_",
    "\u0301\u0323", "e\u0301", "\u05b0\u0301", "\u0301\u200b\u0323", "\u200da", "a\u0430", "\u0430 ", "\u75bc\u3002",
    "\u3042\u75bc", "\ud55c ", "\U0001f600\ufe0f\u200d", "\u00a0 ", "I ", "No. ", "Yes. No. ", "dr. ", "z.B. ", "a.m. ",
    "aA", "A'a", "A-", "Aa ", "a-b ", "a:b ", "a: ", "a, b: c\n",
    "locked ", "[locked", "[locked]", "[locked] ", "[locked]\n", "- [locked] ", "- [locked] beer, wine: ", "## ",
    "##\n", "diagnosis:", "diagnosis ", "diagnosis: flu\n", "Diagnosis: a, b, c; ", "opening", "opening\n",
    "who you are", "patient ", "patient\n", "user: ", "```\n", "```", "```json\n", '{"', '{"role', "the ", "the rubric",
    "ignore previous ", "ignore all ", "ignore all the of ", "disregard ", "as an ", "as a just only really ", "i am ",
    "i'm just ", "i am a ", "i am not really ", "i cannot ", "you are now a ", "give ", "full marks ", "the student ",
    "c1=", " c1", "score ", "criterion ", "system ", "print ", "as your ", "not ", "here is a sample ",
    "you said ", "you mentioned ", "in terms of ", "okay, ", "um ", "so ", "what ", "what, ", ", what ", ", is it ",
    "do you ", "when did it start? ", "how long ", "how ", "i you ", "you ", "you any ", "last ", "for the past ",
    "past last ", "bring", "bring it ", "set", "make it ", "in my ", "had ", "before ", "two ", "if ", "i can ",
    "we will ", "i'd like to ", "my name is ", "I am Ann ", "Ann ", "McAa", "O'Brien ", "she ", "she and works ",
    "and drinks ", "year old ", "40-year-old who ", "works as a ", ", a ", "asked about ", "if asked about it say ",
    "if asked ", "only if ", "(only ", "presents to the ", "denies ", "called ", "so you've had ", "what is caus",
    "It hurts when I walk. ", "Where does it hurt, and since when? ", "I have had a cough for two weeks and ",
    "Ich habe Schmerzen. ", "J'ai mal. ", "\u0423 \u043c\u0435\u043d\u044f \u0431\u043e\u043b\u0438\u0442. ",
)  # fmt: skip

# A beginning that is followed by very much of one thing.
OPENED = (
    ("\u00e9", "_"), ("x", "\n"), ("a", " "), ("a", "\u0301\u0323"), ("'", "a"), ('"', "a "), ("\u201c", "a\n"),
    ("(", "("), ("[locked]", " "), ("[locked]", "\n"), ("- ", " "), ("-", "\n"), ("# a", " "), ("## ", "a "),
    ("diagnosis", " "), ("diagnosis:", "\n"), ("opening", "."), ("who you are", "-"), ("```", "\n"), ("```\n", " \n"),
    ("Ann L", "e"), ("Ann ", "Le'"), ("i'm a ", "aa "), ("i am ", "just "), ("ignore ", "all "),
    ("if asked about a", " "),
    ("you said ", "a "), ("she ", "and works "), ("year old", "a"), ("in ", "a"), ("what is ", "a"), ("give ", "a "),
    ("c", "1"), ("score", " "), ("<", "|"), ("it is", " "), ("I will ", "a"), ("u", "m"), ("- a", ","),
    ("name: ", "A "),
)  # fmt: skip


def families() -> dict[str, Family]:
    """By what they are, the families of about `n` characters."""
    found: dict[str, Family] = {f"{name}s": _repeat(character) for name, character in CHARACTERS.items()}
    found |= {f"{text!r} again and again": _repeat(text) for text in REPEATED}
    found |= {f"{head!r}, then {more!r} again and again": _opened(head, more) for head, more in OPENED}
    # The end is where an expression finds out that it does not fit.
    found |= {f"{head!r}, {more!r} again and again, then an x": _opened(head, more, "x") for head, more in OPENED}
    found |= {
        "nested brackets": lambda n: "(" * (n // 2) + ")" * (n // 2),
        "different words": lambda n: "".join(islice((f"w{i} " for i in cycle(range(n))), n // 5)),
        "different lines": lambda n: "\n".join(f"- topic{i}: fact{i}" for i in range(n // 18)),
        "different locked facts": lambda n: "\n".join(f"- [locked] a{i}, b{i}: c{i} d{i}." for i in range(n // 30)),
        "different diagnoses": lambda n: "diagnosis: " + ", ".join(f"ab{i}" for i in range(n // 7)),
        "different questions": lambda n: " ".join(f"Do you have a{i}?" for i in range(n // 16)),
        "words one longer than the other": lambda n: " ".join("a" * i for i in range(int((2 * n) ** 0.5))),
    }
    return found


def _repeat(text: str) -> Family:
    return lambda n: (text * (n // len(text) + 1))[:n]


def _opened(head: str, more: str, end: str = "") -> Family:
    return lambda n: head + _repeat(more)(n) + end

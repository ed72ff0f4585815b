"""What students say, in text files: one message a line, under the # register that it is in."""

from pathlib import Path

# What the phrases were written from.
DISCLOSURES = ("disclosures", "more_disclosures", "further_disclosures")
TURNS = ("consultation_turns", "more_consultation_turns", "further_consultation_turns")
# Written when the phrases stood, for what is learned and not listed.
UNLISTED = ("unlisted_disclosures", "unlisted_consultation_turns")
PERSONAL = ("personal_disclosures", "personal_consultation_turns")
INDIRECT = ("indirect_disclosures", "indirect_consultation_turns")
DISTANT = ("distant_disclosures", "distant_consultation_turns")
# In twelve languages, by language.
MULTILINGUAL = ("multilingual_disclosures", "multilingual_consultation_turns")
MORE_MULTILINGUAL = ("more_multilingual_disclosures", "more_multilingual_consultation_turns")
# What nothing is learned from either.
HELD = ("held_disclosures", "held_consultation_turns")
LATE_HELD = ("late_held_disclosures", "late_held_consultation_turns")
HELD_MULTILINGUAL = ("held_multilingual_disclosures", "held_multilingual_consultation_turns")
# Not even a threshold was chosen by these.
LAST_HELD = ("last_held_disclosures", "last_held_consultation_turns")
LAST_HELD_MULTILINGUAL = ("last_held_multilingual_disclosures", "last_held_multilingual_consultation_turns")
_FOLDER = Path(__file__).parent


def messages(name: str) -> dict[str, list[str]]:
    """The messages of a file by register."""
    found: dict[str, list[str]] = {}
    register = ""
    for line in (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            register = line[2:]
        elif line:
            found.setdefault(register, []).append(line)
    return found


def all_messages(*names: str) -> list[str]:
    """The messages of several files."""
    return [said for name in names for several in messages(name).values() for said in several]

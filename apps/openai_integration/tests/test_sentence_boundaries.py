"""Where a streamed reply may be split."""

import pytest

from apps.core.text.sentence_boundaries import LONGEST, complete_length
from apps.roleplay.tests.replies import ordinary


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("", ""),
        ("It hurts", ""),
        ("It hurts.", ""),
        ("It hurts. ", ""),
        ("It hurts. Here", "It hurts."),
        ("Take 2.", ""),
        ("Take 2.5 mg. Then", "Take 2.5 mg."),
        ("I saw Dr. Smith. He", "I saw Dr. Smith."),
        ("Mrs. J. K. Hill came. So", "Mrs. J. K. Hill came."),
        ("So did I. Then we", "So did I."),
        ("Pills, e.g. the blue ones, i.e. those. Or", "Pills, e.g. the blue ones, i.e. those."),
        ("At 5 p.m. ", ""),
        ("At 5 p.m. and later. But", "At 5 p.m. and later."),
        ("At 5 p.m. Then", "At 5 p.m."),
        ("Well... maybe", ""),
        ("I'm tired... I can't", "I'm tired..."),
        ("What?! No", "What?!"),
        ('He said "stop." Then', 'He said "stop."'),
        ("(It hurts.) Now", "(It hurts.)"),
        ("'Really?' she said", ""),
        ("“Aua!” Das", "“Aua!”"),
        ("Well:\n", "Well:\n"),
        ("It hurts\n\nand I", "It hurts\n\n"),
        ("idk. it hurts. dunno", "idk. it hurts."),
        ("Am 3. Mai kam ich. Dann", "Am 3. Mai kam ich."),
        ("疼。", ""),
        ("疼。很疼", "疼。"),
        ("他说「疼。」很", "他说「疼。」"),
        ("दर्द है। अब", "दर्द है।"),
    ],
)
def test_a_sentence_is_complete_once_something_follows_it(text: str, whole: str) -> None:
    assert text[: complete_length(text)] == whole


@pytest.mark.parametrize("text", ["word, " * 200, "word " * 300, "word; and so on " * 100])
def test_a_sentence_without_an_end_is_cut_between_words(text: str) -> None:
    cut = complete_length(text)
    assert len(text) - LONGEST <= cut < len(text)
    assert not (text[cut - 1].isalnum() and text[cut].isalnum())


def test_a_word_is_never_cut() -> None:
    assert complete_length("x" * 5000) == 0


def test_released_text_stays_released() -> None:
    replies = [one.reply for one in ordinary() if one.block in ("Amir", "Keller")]
    text = " ".join(replies) + " and on, and on" * 100
    cuts = [complete_length(text[:length]) for length in range(0, len(text), 7)]
    assert cuts == sorted(cuts)
    assert len(set(cuts)) > len(replies)

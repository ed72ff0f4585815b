"""Thoughts in the text of an answer: taken out, however the text is cut into pieces."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.llm.thoughts import ThoughtFilter, without_thoughts

TAGS = ("<think>", "</think>", "<THINK>", "</Think>", "<thinking>", "</thinking>", "[THINK]", "[/THINK]", "◁think▷",
        "◁/think▷", "<|channel|>analysis<|message|>", "<|channel|>final<|message|>", "<|end|>", "<|start|>assistant",
        "<|im_end|>", "</s>", "<thi", "</", "<|", "[", "<", "◁", "<b>", "K", "ı", "\n", " ",
        "Hm. ", "I smoke.")  # fmt: skip
TEXTS = st.lists(st.sampled_from(TAGS) | st.text(max_size=5), max_size=12).map("".join)

ANSWERS = [
    ("I smoke.", "I smoke.", False),
    ("<think>Hm.</think>I smoke.", "I smoke.", True),
    ("<think>\n\n</think>\n\nI smoke.", "I smoke.", True),
    ("Okay, the student asks.\n</think>\n\nI smoke.", "I smoke.", True),
    ("<think>A</think> b </think> I smoke.", "I smoke.", True),
    ("I do. <think>Hm.</think> I smoke.", "I do. I smoke.", True),
    ("<think>Hm. I smoke.", "", True),
    ("I smoke.<think>More?", "I smoke.", True),
    ("<THINK>Hm.</THINK>I smoke.", "I smoke.", True),
    ("[THINK]Hm.[/THINK]I smoke.", "I smoke.", True),
    ("◁think▷Hm.◁/think▷I smoke.", "I smoke.", True),
    ("<think>a <think> b</think>I smoke.", "I smoke.", True),
    ("<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>I smoke.<|return|>",
     "I smoke.", True),
    ("I smoke.<|im_end|>", "I smoke.", False),
    ("I smoke.</s>", "I smoke.", False),
    ("My BP was <140 and [high], said <b>he</b>.", "My BP was <140 and [high], said <b>he</b>.", False),
    ("a <thi", "a <thi", False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "answer", "thought"), ANSWERS)
def test_thoughts_are_taken_out_of_an_answer(text: str, answer: str, thought: bool) -> None:
    assert without_thoughts(text) == (answer, thought)


@given(text=TEXTS, cuts=st.lists(st.integers(0, 400), max_size=20))
def test_a_stream_shows_what_the_whole_answer_has_wherever_it_is_cut(text: str, cuts: list[int]) -> None:
    places = [0, *sorted(at for at in cuts if at < len(text)), len(text)]
    pieces = [text[begin:end] for begin, end in pairwise(places)]
    for hold in (True, False):
        shown = ThoughtFilter(hold=hold)
        given_text = "".join([*map(shown.feed, pieces), shown.close()])
        if not shown.leaked:
            assert (given_text, shown.thought) == without_thoughts(text)


@given(text=TEXTS)
def test_nothing_of_a_held_answer_is_shown_before_its_thoughts_have_ended(text: str) -> None:
    shown = ThoughtFilter(hold=True)
    early = "".join(map(shown.feed, text))
    assert shown.thought or not early


def test_a_model_without_thoughts_is_shown_at_once() -> None:
    shown = ThoughtFilter(hold=False)
    pieces = ["I ", "smoke ", "< ", "10 a day."]
    assert list(map(shown.feed, pieces)) == pieces


def test_a_closing_tag_behind_what_was_shown_tells_of_a_leak() -> None:
    shown = ThoughtFilter(hold=False)
    assert shown.feed("Okay, the student asks. ")
    assert shown.feed("</think>I smoke.") == "I smoke."
    assert shown.leaked

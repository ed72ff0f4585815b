"""The field of a JSON answer that is shown, in pieces of any size."""

import json
import random

import pytest

from apps.llm.shown_field import Shown, ShownField, shown_of

TEXTS = [
    "It hurts here.",
    'She said "no", then\nleft. C:\\new\t{"reply": "x"}',
    "Tengo dolor en el pecho, ¿vale? Äpfel 心 😀 🇩🇪 'so'.",
    "",
    "\u2028 é \u00ad",
]


def in_pieces(text: str, sizes: random.Random) -> str:
    field, shown, at = ShownField("reply"), "", 0
    while at < len(text):
        size = sizes.randint(1, 4)
        shown += field.feed(text[at : at + size])
        at += size
    return shown + field.close()


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("seed", range(5))
def test_the_field_is_shown_as_it_was_meant_however_it_is_cut(text, ascii_only, indent, seed) -> None:
    answer = json.dumps({"reply": text, "asked": [1], "told": []}, ensure_ascii=ascii_only, indent=indent)
    assert in_pieces(answer, random.Random(seed)) == text
    assert shown_of(answer, "reply") == Shown(text, {"asked": [1], "told": []}, closed=True)


@pytest.mark.parametrize("answer", ["It hurts.", "**No.** { }", "[yes]", "```", "` `", "...", "{", '"Yes."', "{ no"])
@pytest.mark.parametrize("seed", range(3))
def test_an_answer_that_is_no_object_is_shown_as_it_is(answer, seed) -> None:
    assert in_pieces(answer, random.Random(seed)) == answer
    assert shown_of(answer, "reply").fields is None


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ('{"asked": [2], "reply": "Here.", "told": []}', "Here."),
        ('{"response": "Here.", "told": [1]}', "Here."),
        ('```json\n{"reply": "Here."}\n```', "Here."),
        ('\ufeff\n {"reply" : "Here."} trailing', "Here."),
        ('{"reply": null, "told": []}', ""),
        ('{"reply": 7, "a": "b", "c": "d"}', ""),
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_objects_of_another_form(answer, shown, seed) -> None:
    assert in_pieces(answer, random.Random(seed)) == shown_of(answer, "reply").text == shown


@pytest.mark.parametrize("seed", range(5))
def test_an_object_that_is_cut_off_shows_what_has_come(seed) -> None:
    whole = json.dumps({"reply": 'I said "no" 😀. And then', "told": [3]})
    for end in range(len(whole)):
        shown = in_pieces(whole[:end], random.Random(seed))
        assert shown == shown_of(whole[:end], "reply").text
        if end > len('{"reply": "'):
            assert 'I said "no" 😀. And then'.startswith(shown)
    assert shown_of(whole[:-3], "reply") == Shown('I said "no" 😀. And then', None, closed=True)

"""The examiner's JSON is found in whatever a model writes around it."""

import json
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.marking.answer_json import MAX_TRIES, find_answer

ANSWER = json.dumps({"criteria": [{"criterion_id": "c1", "score": 2, "evidence": [{"turn": 0, "quote": 'a {"b"} c'}]}]})
FOUND = json.loads(ANSWER)
BEFORE = [
    "", "\ufeff", "\n\n ", "```\n", "```json\n", "```JSON\n", "~~~Json\n", "<think>I see {it}.</think>", "<think>\n",
    "<THINKING>a { b\n</THINKING>\n", "Sure! Here {as you asked} is it:\n", 'I looked for {"criteria"} in vain: ',
    '{"note": "no marks yet"}\n', '{"criteria": null} ', "Thoughts: {{{ [[[ ", "json\n", "Antwort：", "**", "> ",
]  # fmt: skip
AFTER = ["", "\n", "\n```", "\n```\nDone {here}.", " }", "</s>", "<|im_end|>", "\nI hope {that} helps!", '{"total": 7}']


@pytest.mark.parametrize(("before", "after"), list(product(BEFORE, AFTER)))
def test_it_is_found_whatever_stands_around_it(before: str, after: str) -> None:
    assert find_answer(before + ANSWER + after) == (FOUND, True)


@pytest.mark.parametrize(
    "around",
    ['{"result": %s}', '{"a": {"b": %s}, "c": 1}', "[%s]", '{"thought": "{", "marks": %s}', '{"a": [1, {"b": [%s]}]}'],
)
def test_it_is_found_inside_of_another_object(around: str) -> None:
    assert find_answer(around % ANSWER)[0] == FOUND


def test_the_last_of_several_counts() -> None:
    draft = json.dumps({"criteria": [{"criterion_id": "c1", "score": 0}]})
    assert find_answer(f"{draft}\nNo, better:\n{ANSWER}")[0] == FOUND


def test_a_shorter_one_is_none_that_the_model_gave() -> None:
    whole = [{"criterion_id": name, "score": 0} for name in ("c1", "c2", "canary")]
    repeated = json.dumps({"criteria": [{"criterion_id": name, "score": 2} for name in ("c1", "c2")]})
    answer = json.dumps({"criteria": whole})
    assert find_answer(f"{answer}\nThe student has written: {repeated}")[0] == {"criteria": whole}
    assert find_answer(f"The student has written: {repeated}\n{answer}")[0] == {"criteria": whole}


@pytest.mark.parametrize(
    ("text", "any_object"),
    [
        ("", False),
        ("The student did well.", False),
        ("[1, 2]", False),
        ("null", False),
        ("{}", True),
        ('{"criteria": null}', True),
        ('{"criteria": {"c1": 2}}', True),
        (ANSWER[:-30], False),
        ('{"criteria": [{"criterion_id": "c1"}', True),
        ("{'criteria': []}", False),
        ("{" * 100_000, False),
        ('{"a":' * 50_000, False),
        ("[" * 100_000, False),
    ],
)
def test_what_is_no_answer_is_none(text: str, any_object: bool) -> None:
    assert find_answer(text) == (None, any_object)


def test_it_is_not_searched_for_without_end() -> None:
    assert find_answer('{"a" ' * MAX_TRIES + ANSWER)[0] is None
    assert find_answer('{"a" ' * (MAX_TRIES - 1) + ANSWER)[0] == FOUND


@given(st.text(), st.text())
def test_any_text_around_it_gives_an_answer_or_nothing(before: str, after: str) -> None:
    found, _ = find_answer(before + ANSWER + after)
    assert found is None or isinstance(found, dict)


@given(
    st.text(alphabet=st.characters(exclude_characters='{"')), st.text(alphabet=st.characters(exclude_characters="{"))
)
def test_prose_without_braces_never_hides_it(before: str, after: str) -> None:
    assert find_answer(before + ANSWER + after) == (FOUND, True)

"""`manage.py check_openai`: its report and its failures."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.mocks.openai_mock import Emulator

WAYS = [("responses", "stream"), ("responses", "poll"), ("chat_completions", "stream"), ("chat_completions", "call")]


@pytest.fixture(params=WAYS)
def wire(request, settings, emulator: Emulator) -> Emulator:
    settings.OPENAI_API, settings.OPENAI_RUN_MODE = request.param
    return emulator


def report() -> str:
    out = StringIO()
    call_command("check_openai", stdout=out)
    return out.getvalue()


def test_it_holds_an_exchange_and_an_evaluation_and_says_what_they_took(wire: Emulator) -> None:
    said = report()
    assert "reply: openai-emulator" in said
    assert "ten a day" in said
    assert "check of the reply: passed" in said
    assert "evaluation: openai-emulator" in said
    assert "2 of 2, 1 verified quotes" in said


@pytest.mark.parametrize(
    ("fault", "only", "reason"),
    [
        ("unauthorized", None, "credentials_refused"),
        ("not_json", "marking", "not usable"),
        ("credulous", "marking", "nobody can meet"),
    ],
)
def test_it_fails_with_the_reason(emulator: Emulator, fault: str, only: str | None, reason: str) -> None:
    emulator.fault(fault, times=0, **({"only": only} if only else {}))
    with pytest.raises(CommandError, match=reason):
        report()

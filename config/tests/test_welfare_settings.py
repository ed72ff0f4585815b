"""The settings of what students in distress are told, and of mail."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings.mail import email_settings
from config.settings.welfare import HELP_TEXT_MAX_CHARACTERS, WELFARE_HELP_TEXT, bounded


def test_the_default_text_names_no_number() -> None:
    assert not any(character.isdigit() for character in WELFARE_HELP_TEXT)
    assert len(WELFARE_HELP_TEXT) > 100


def test_a_text_may_have_lines_and_an_end() -> None:
    assert bounded("WELFARE_HELP_TEXT", "Ring us.\\nAt any time.") == "Ring us.\nAt any time."
    with pytest.raises(ImproperlyConfigured, match="WELFARE_HELP_TEXT has"):
        bounded("WELFARE_HELP_TEXT", "a" * (HELP_TEXT_MAX_CHARACTERS + 1))


def test_no_address_is_no_mail() -> None:
    assert email_settings("") == {"EMAIL_HOST": ""}


@pytest.mark.parametrize(
    ("address", "host", "port", "tls"),
    [
        ("smtp://mail.example.org:25", "mail.example.org", 25, False),
        ("smtp+tls://me:a%23b@mail.example.org:587", "mail.example.org", 587, True),
    ],
)
def test_an_address_is_read(address: str, host: str, port: int, tls: bool) -> None:
    found = email_settings(address)
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found.get("EMAIL_USE_TLS", False)) == (host, port, tls)


@pytest.mark.parametrize("address", ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://secret@:x"])
def test_another_address_stops_the_start_and_is_not_repeated(address: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL") as stopped:
        email_settings(address)
    assert "secret" not in str(stopped.value)

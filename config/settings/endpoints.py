"""Whether the settings of a model's server make sense, said before anything is sent."""

import math
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import env

_APIS = ("responses", "chat_completions")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_PROXIES = ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY")
_TEXTS = ("base_url", "api_key", "api", "model", "reasoning_effort")
_NUMBERS = ("temperature", "max_tokens", "context_tokens", "timeout_s", "first_text_timeout_s")
_OBJECTS = ("headers", "body", "traits")
_WHOLE_NUMBERS = ("max_tokens", "context_tokens")
# The traits that can be set, and the words that each takes; those without words take what `_is_trait` says.
_TRAITS: dict[str, tuple[str, ...]] = {
    "limit": ("native", "max_tokens", "max_completion_tokens", "max_output_tokens", ""),
    "instructions": ("native", "system", "developer", "user"),
    "schema": ("json_schema", "json_object", "prompt"),
    "thinks": ("aloud", "apart", "no", ""),
    "omitted": (),
    "context_tokens": (),
}


def check_endpoint(setting: str, fields: dict[str, Any]) -> None:
    """Raises ImproperlyConfigured for a field that is unknown, or is not what it should be.

    `setting` is "OPENAI_" where each field is a setting of its own, else the setting whose JSON has them.
    """
    known = (*_TEXTS, *_NUMBERS, *_OBJECTS)
    if unknown := sorted(set(fields) - set(known)):
        raise ImproperlyConfigured(f"{setting} has {', '.join(unknown)}; it takes {', '.join(known)}.")
    for field, value in fields.items():
        name = f"{setting}{field.upper()}" if setting.endswith("_") else f'"{field}" in {setting}'
        if wanted := _wanted(field, value):
            # An address may have a password in it.
            shown = "" if field in {"api_key", "base_url"} else f"is {value!r}; it "
            raise ImproperlyConfigured(f"{name} {shown}takes {wanted}.")
        if field == "api_key" and (fault := key_fault(value)):
            raise ImproperlyConfigured(f"{name} {fault}.")


def _wanted(field: str, value: Any) -> str:
    """What a field takes, where its value is none of it; else ""."""
    if field in _TEXTS and not isinstance(value, str):
        return "a text"
    if field in _OBJECTS and not isinstance(value, dict):
        return "an object"
    if field in _NUMBERS and not (value is None and field == "temperature") and not _is_number(value):
        return "a number, 0 or above"
    if field in _WHOLE_NUMBERS and not isinstance(value, int):
        return "a whole number, 0 or above"
    if field == "api" and value not in _APIS:
        return " or ".join(_APIS)
    if field == "base_url" and not _is_address(value):
        return "an address that begins with http:// or https://"
    if field == "headers" and not all(map(_is_header, value, value.values())):
        return "an object of texts, in ASCII and on one line"
    if field == "traits" and not all(map(_is_trait, value, value.values())):
        return "an object of " + ", ".join(
            f"{name} ({' or '.join(map(repr, words))})" if words else name for name, words in _TRAITS.items()
        )
    return ""


def _is_header(name: str, value: Any) -> bool:
    texts = [name, value]
    return bool(name) and all(isinstance(text, str) and text.isascii() and text.isprintable() for text in texts)


def _is_trait(name: str, value: Any) -> bool:
    if name == "omitted":
        return isinstance(value, list) and all(isinstance(field, str) for field in value)
    if name == "context_tokens":
        return _is_number(value) and isinstance(value, int)
    return isinstance(value, str) and value in _TRAITS.get(name, ())


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def key_fault(key: str) -> str:
    """What is wrong with a key as it was pasted, "" where nothing is. Nothing of the key is in it."""
    if key[:1] in "\"'“”‘’`" and key:
        return "stands in quotes; give it without them"
    if any(character.isspace() for character in key):
        return "has a blank or a line break in it; paste it anew"
    if not key.isascii() or not key.isprintable():
        return "has a character in it that cannot be seen or is no part of a key; paste it anew"
    return ""


def check_socks_proxy(*base_urls: str) -> None:
    """Raises ImproperlyConfigured where a server would be asked through a SOCKS proxy that the client cannot use."""
    if find_spec("socksio") or all(urlsplit(url).hostname in _LOOPBACK for url in base_urls):
        return
    for name in _PROXIES:
        value: str = env.str(name, default="") or env.str(name.lower(), default="")
        if value.lower().startswith("socks"):
            raise ImproperlyConfigured(
                f"{name} names a SOCKS proxy, and the package socksio is not installed: install it, or give the "
                "address of an HTTP proxy."
            )

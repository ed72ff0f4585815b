"""The one place that reads the process environment.

Each variable may also be given as NAME_FILE, a path whose content is the value. A blank value counts as not given.
"""

import os
from collections.abc import Iterator, MutableMapping
from datetime import date
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parents[2]


class Variables(MutableMapping[str, str]):
    """os.environ, with NAME_FILE read for NAME, and with blank values left out."""

    def __getitem__(self, name: str) -> str:
        value = os.environ.get(name, "").strip()
        path = os.environ.get(f"{name}_FILE", "").strip()
        if path and not value:
            try:
                value = Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}") from error
        if not value:
            raise KeyError(name)
        return value

    def __setitem__(self, name: str, value: str) -> None:
        os.environ[name] = value

    def __delitem__(self, name: str) -> None:
        del os.environ[name]

    def __iter__(self) -> Iterator[str]:
        return iter(os.environ)

    def __len__(self) -> int:
        return len(os.environ)


class Environment(environ.Env):
    """django-environ over `Variables`, with each value taken as it is."""

    ENVIRON = Variables()

    def get_value(
        self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET, parse_default: bool = False
    ) -> Any:
        """The library's own takes a value that begins with "$" for the name of another variable, and keys do."""
        try:
            value = self.ENVIRON[var]
        except KeyError as error:
            if default is self.NOTSET:
                raise ImproperlyConfigured(f"{var} is not set; give it, or {var}_FILE, in the environment.") from error
            return default
        return self.parse_value(value, cast)

    def date(self, var: str, default: str) -> date:
        """A day as 2027-05-31."""
        value = self.str(var, default=default)
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} is {value!r}; it takes a day such as {default}.") from error


env = Environment()

if os.environ.get("DJANGO_ENV") != "test" and (BASE_DIR / ".env").is_file():
    Environment.read_env(BASE_DIR / ".env")

DJANGO_ENV: str = env.str("DJANGO_ENV", default="development")
if DJANGO_ENV not in {"development", "production", "test"}:
    raise ImproperlyConfigured(f"DJANGO_ENV is {DJANGO_ENV!r}; it takes development, production or test.")

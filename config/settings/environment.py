"""The one place that reads the process environment.

Each variable may also be given as NAME_FILE, a path whose content is the value. A blank value counts as not given.
"""

import json
import os
import re
from collections.abc import Iterator, MutableMapping
from datetime import date
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from deploy.common import OperatorError
from deploy.dotenv import assignments

BASE_DIR = Path(__file__).resolve().parents[2]
DATABASE_SCHEMES = ("postgres", "postgresql", "psql", "pgsql", "sqlite")


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
    """django-environ over `Variables`, without its interpolation of values."""

    ENVIRON = Variables()

    def get_value(
        self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET, parse_default: bool = False
    ) -> Any:
        """The value as it is: the library takes values that begin with "$", as keys may, for names of variables."""
        try:
            value = self.ENVIRON[var]
        except KeyError as error:
            if default is self.NOTSET:
                raise ImproperlyConfigured(f"{var} is not set; give it, or {var}_FILE, in the environment.") from error
            return default
        return self.parse_value(value, cast)

    def count(self, var: str, default: int) -> int:
        """A whole number above 0."""
        value: int = self.int(var, default=default)
        if value < 1:
            raise ImproperlyConfigured(f"{var} is {value}; it must be 1 or above.")
        return value

    def object(self, var: str) -> dict[str, Any]:
        """A JSON object, {} where none is given."""
        text = self.str(var, default="{}")
        try:
            value = json.loads(text)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} is no JSON: {error}.") from error
        if not isinstance(value, dict):
            raise ImproperlyConfigured(f'{var} takes a JSON object such as {{"model": "a-name"}}.')
        return value

    def date(self, var: str, default: str) -> date:
        """A date such as 2027-05-31."""
        value = self.str(var, default=default)
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} is {value!r}; it takes a day such as {default}.") from error

    def database(self, var: str, **default: str) -> dict[str, Any]:
        """Django's database settings from a URL, also from SQLAlchemy's with a driver in the scheme."""
        address = re.sub(r"^(\w+)\+\w+://", r"\1://", self.str(var, **default))
        try:
            # For other URLs the library logs a warning with the password, or takes the password for a port.
            known = address.split(":")[0].lower() in DATABASE_SCHEMES
            parsed: dict[str, Any] = self.db_url_config(address) if known else {}
        except ValueError:
            parsed = {}
        if not parsed:
            raise ImproperlyConfigured(
                f"{var} is no address such as postgres://USER:PASSWORD@HOST:5432/NAME, with the characters # / ? @ : "
                "of a password written as %23 %2F %3F %40 %3A."
            )
        return parsed


env = Environment()


def read_dotenv(path: Path) -> None:
    """Set variables from the file that the environment does not set."""
    try:
        given = assignments(path)
    except OSError as error:
        # It may be readable by root only, whose service manager passes the environment to the services.
        if "DJANGO_ENV" in env.ENVIRON:
            return
        raise ImproperlyConfigured(f"{path} cannot be read, and may name DJANGO_ENV: {error.strerror}.") from error
    except OperatorError as error:
        raise ImproperlyConfigured(str(error)) from error
    for name, value in given.items():
        env.ENVIRON.setdefault(name, value)


if os.environ.get("DJANGO_ENV") != "test" and os.path.lexists(BASE_DIR / ".env") and not (BASE_DIR / ".env").is_dir():
    read_dotenv(BASE_DIR / ".env")

DJANGO_ENV: str = env.str("DJANGO_ENV", default="development")
if DJANGO_ENV not in {"development", "production", "test"}:
    raise ImproperlyConfigured(f"DJANGO_ENV is {DJANGO_ENV!r}; it takes development, production or test.")

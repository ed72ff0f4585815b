"""passlib's pbkdf2_sha256, as the Flask service writes and reads it."""

import warnings
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import BasePasswordHasher, mask_hash
from django.core.exceptions import ValidationError

with warnings.catch_warnings():
    # passlib 1.7.4 imports the standard library's crypt, which is deprecated; the hash used here does not need it.
    warnings.simplefilter("ignore", DeprecationWarning)
    from passlib.hash import pbkdf2_sha256


# What both services read in place of a locked account's hash: well-formed, since the other service answers 500 at
# anything else, and of no password, since nobody knows one whose digest is 32 zero bytes. It is part of a trigger:
# another one needs a migration.
LOCKED = f"$pbkdf2-sha256$29000${'A' * 22}${'A' * 43}"
# passlib refuses to hash more; the limit keeps a request from costing seconds of hashing.
MAX_PASSWORD = 4096


class TooManyRoundsError(ValueError):
    """Neither service writes such a hash, and to check it would stop the process. `rounds` says how many it has."""

    def __init__(self, rounds: int) -> None:
        super().__init__(f"The hash has {rounds} rounds.")
        self.rounds = rounds


class PasslibPBKDF2Hasher(BasePasswordHasher):
    """`encoded` is the algorithm's name followed by passlib's own string, which is what the column holds."""

    algorithm = "passlib_pbkdf2_sha256"

    @property
    def rounds(self) -> int:
        return settings.PASSWORD_ROUNDS

    def encode(self, password: str, salt: str) -> str:
        """Hash with `rounds`; passlib makes its own salt, since it stores salts as bytes in its own alphabet."""
        return self.algorithm + pbkdf2_sha256.using(rounds=self.rounds).hash(password)

    def verify(self, password: str, encoded: str) -> bool:
        """Compare in constant time; a password too long for passlib and a damaged hash are just wrong."""
        try:
            self.decode(encoded)
            return pbkdf2_sha256.verify(password, encoded.removeprefix(self.algorithm))
        except ValueError:
            return False

    def decode(self, encoded: str) -> dict[str, Any]:
        """The parts of a hash; ValueError where it is damaged."""
        try:
            parsed = pbkdf2_sha256.from_string(encoded.removeprefix(self.algorithm))
        except TypeError as error:
            raise ValueError("The hash is not base64.") from error
        if parsed.checksum is None:
            raise ValueError("The hash has no checksum.")
        if parsed.rounds > settings.PASSWORD_MAX_ROUNDS:
            raise TooManyRoundsError(parsed.rounds)
        return {
            "algorithm": self.algorithm,
            "iterations": parsed.rounds,
            "salt": parsed.salt.hex(),
            "hash": parsed.checksum.hex(),
        }

    def must_update(self, encoded: str) -> bool:
        """Only upwards: a hash of the other service stays as it is, byte for byte, until `rounds` are more than its."""
        return self._rounds_of(encoded) < self.rounds

    def safe_summary(self, encoded: str) -> dict[Any, Any]:
        if encoded == self.algorithm + LOCKED:
            return {"algorithm": self.algorithm, "hash": "kept away until the account is unlocked; no password fits"}
        try:
            parts = self.decode(encoded)
        except ValueError:
            return {"algorithm": self.algorithm, "hash": "damaged: it cannot be read, and no password fits it"}
        return {"algorithm": parts["algorithm"], "iterations": parts["iterations"], "salt": mask_hash(parts["salt"])}

    def harden_runtime(self, password: str, encoded: str) -> None:
        missing = self.rounds - self._rounds_of(encoded)
        if missing > 0:
            pbkdf2_sha256.using(rounds=missing).hash(password)

    def _rounds_of(self, encoded: str) -> int:
        """0 for a damaged hash, so that refusing it takes as long as refusing a wrong password."""
        try:
            return self.decode(encoded)["iterations"]
        except ValueError:
            return 0


class LimitLength:
    """A password validator: everybody who sets a password is told, where passlib would only fail."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > MAX_PASSWORD:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return f"Your password can have at most {MAX_PASSWORD} characters."

"""passlib's pbkdf2_sha256, the hash that the Flask service reads and writes."""

import warnings
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import BasePasswordHasher, mask_hash
from django.core.exceptions import ValidationError

with warnings.catch_warnings():
    # passlib 1.7.4 imports the deprecated standard module crypt, which this hash does not use.
    warnings.simplefilter("ignore", DeprecationWarning)
    from passlib.hash import pbkdf2_sha256


# The hash that both services see on a locked account. It is well-formed, since the other service answers 500 to
# anything else, and nobody knows a password whose digest is 32 zero bytes. A trigger contains it, so changing it needs
# a migration.
LOCKED = f"$pbkdf2-sha256$29000${'A' * 22}${'A' * 43}"
# passlib refuses to hash more; the limit keeps a request from hashing for seconds.
MAX_PASSWORD = 4096


class TooManyRoundsError(ValueError):
    """Neither service writes so many rounds, and checking the hash would block the process. `rounds` is the number."""

    def __init__(self, rounds: int) -> None:
        super().__init__(f"The hash has {rounds} rounds.")
        self.rounds = rounds


class PasslibPBKDF2Hasher(BasePasswordHasher):
    """`encoded` is the algorithm's name followed by passlib's string, which is what the column stores."""

    algorithm = "passlib_pbkdf2_sha256"

    @property
    def rounds(self) -> int:
        return settings.PASSWORD_ROUNDS

    def encode(self, password: str, salt: str) -> str:
        """Hash with `rounds`. passlib makes its own salt, since it stores salts as bytes in its own alphabet."""
        return self.algorithm + pbkdf2_sha256.using(rounds=self.rounds).hash(password)

    def verify(self, password: str, encoded: str) -> bool:
        """Compare in constant time. False for a damaged hash and for a password that is too long for passlib."""
        try:
            self.decode(encoded)
            return pbkdf2_sha256.verify(password, encoded.removeprefix(self.algorithm))
        except ValueError:
            return False

    def decode(self, encoded: str) -> dict[str, Any]:
        """The parts of a hash; ValueError if it is damaged."""
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
        """Whether `rounds` has been raised above the hash's; hashes of the other service stay unchanged until then."""
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
        """The number of rounds; 0 for a damaged hash, so that refusing it takes as long as a wrong password."""
        try:
            return self.decode(encoded)["iterations"]
        except ValueError:
            return 0


class LimitLength:
    """Password validator with an explicit message, since passlib would only raise an error."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > MAX_PASSWORD:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return f"Your password can have at most {MAX_PASSWORD} characters."

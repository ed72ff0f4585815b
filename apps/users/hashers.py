"""passlib's pbkdf2_sha256, as the Flask service writes and reads it."""

import warnings
from typing import Any

from django.contrib.auth.hashers import BasePasswordHasher, mask_hash

with warnings.catch_warnings():
    # passlib 1.7.4 imports the standard library's crypt, which is deprecated; the hash used here does not need it.
    warnings.simplefilter("ignore", DeprecationWarning)
    from passlib.exc import PasswordSizeError
    from passlib.hash import pbkdf2_sha256


class PasslibPBKDF2Hasher(BasePasswordHasher):
    """`encoded` is the algorithm's name followed by passlib's own string, which is what the column holds."""

    algorithm = "passlib_pbkdf2_sha256"
    # What the Flask service writes; 7 ms. More only once it is switched off.
    rounds = 29_000

    def encode(self, password: str, salt: str) -> str:
        """Hash with `rounds`; passlib makes its own salt, since it stores salts as bytes in its own alphabet."""
        return self.algorithm + pbkdf2_sha256.using(rounds=self.rounds).hash(password)

    def verify(self, password: str, encoded: str) -> bool:
        """Compare in constant time; a password too long for passlib and a damaged hash are just wrong."""
        try:
            return pbkdf2_sha256.verify(password, encoded.removeprefix(self.algorithm))
        except (PasswordSizeError, ValueError, TypeError):  # passlib's own, and its TypeError at broken base64
            return False

    def decode(self, encoded: str) -> dict[str, Any]:
        """The parts of a hash; ValueError where it is damaged."""
        try:
            parsed = pbkdf2_sha256.from_string(encoded.removeprefix(self.algorithm))
        except TypeError as error:
            raise ValueError("The hash is not base64.") from error
        if parsed.checksum is None:
            raise ValueError("The hash has no checksum.")
        return {
            "algorithm": self.algorithm,
            "iterations": parsed.rounds,
            "salt": parsed.salt.hex(),
            "hash": parsed.checksum.hex(),
        }

    def must_update(self, encoded: str) -> bool:
        return self._rounds_of(encoded) < self.rounds

    def safe_summary(self, encoded: str) -> dict[Any, Any]:
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

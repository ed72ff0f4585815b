"""Text of people and models in any language: storage, comparison and splitting."""


def strip_unstorable(text: str) -> str:
    """Remove what PostgreSQL cannot store: NUL and unpaired surrogates."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()

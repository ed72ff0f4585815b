"""Text of people and models, whatever its language: how it is stored, compared and cut."""


def strip_unstorable(text: str) -> str:
    """The text without what PostgreSQL does not take: NUL and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()

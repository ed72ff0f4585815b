"""Text as a database can hold it."""


def strip_unstorable(text: str) -> str:
    """The text without what PostgreSQL does not take: NUL and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()

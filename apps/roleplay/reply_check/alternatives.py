"""Regular expressions from readable lists."""


def alternatives(listed: str) -> str:
    """A group of the patterns in a text, which a bar between blanks separates."""
    return f"(?:{'|'.join(' '.join(listed.split()).split(' | '))})"

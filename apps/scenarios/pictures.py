"""What a picture is, by its bytes: PNG, JPEG or WebP, of at most MAX_BYTES and MAX_SIDE pixels a side."""

from dataclasses import dataclass

MAX_BYTES = 512 * 1024
MAX_SIDE = 2048
EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}

_PNG_BEGINS = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_PNG_ENDS = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_JPEG_BEGINS, _JPEG_ENDS = b"\xff\xd8\xff", b"\xff\xd9"
# Frame headers, which have the size; C4, C8 and CC are tables and extensions.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_SCAN = 0xDA


class PictureError(ValueError):
    """It is no picture that is taken; the message is for people."""


@dataclass(frozen=True)
class PictureFacts:
    """The type of a picture, and its size in pixels."""

    content_type: str
    width: int
    height: int


def facts_of(content: bytes) -> PictureFacts:
    """What the picture is. PictureError for another type, a damaged file, or one that is too large."""
    if len(content) > MAX_BYTES:
        raise PictureError(f"A picture has at most {MAX_BYTES // 1024} KiB.")
    facts = _read(content)
    if not (0 < facts.width <= MAX_SIDE and 0 < facts.height <= MAX_SIDE):
        raise PictureError(f"A picture has at most {MAX_SIDE} by {MAX_SIDE} pixels.")
    return facts


def _read(content: bytes) -> PictureFacts:
    try:
        if content.startswith(_PNG_BEGINS):
            return PictureFacts("image/png", *_size_of_png(content))
        if content.startswith(_JPEG_BEGINS):
            return PictureFacts("image/jpeg", *_size_of_jpeg(content))
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return PictureFacts("image/webp", *_size_of_webp(content))
    except IndexError as error:  # it ends too early
        raise _damaged() from error
    raise PictureError("Only PNG, JPEG and WebP pictures are taken.")


def _damaged() -> PictureError:
    return PictureError("The picture is damaged or not whole.")


def _number(content: bytes, at: int, size: int, order: str = "big") -> int:
    if at + size > len(content):
        raise IndexError
    return int.from_bytes(content[at : at + size], "big" if order == "big" else "little")


def _size_of_png(content: bytes) -> tuple[int, int]:
    if not content.endswith(_PNG_ENDS):
        raise _damaged()
    return _number(content, 16, 4), _number(content, 20, 4)


def _size_of_jpeg(content: bytes) -> tuple[int, int]:
    at, size = 2, (0, 0)
    while True:
        if content[at] != 0xFF:
            raise _damaged()
        marker = content[at + 1]
        if marker == 0xFF:  # filling
            at += 1
            continue
        if marker in _JPEG_FRAMES:
            size = _number(content, at + 7, 2), _number(content, at + 5, 2)
        length = _number(content, at + 2, 2)
        if length < 2:
            raise _damaged()
        at += 2 + length
        if marker == _JPEG_SCAN:
            break
    if _JPEG_ENDS not in content[at:]:
        raise _damaged()
    return size


def _size_of_webp(content: bytes) -> tuple[int, int]:
    if _number(content, 4, 4, "little") + 8 != len(content):
        raise _damaged()
    kind, body = content[12:16], content[20:30]
    if len(body) < 10:
        raise _damaged()
    if kind == b"VP8X":
        return _number(body, 4, 3, "little") + 1, _number(body, 7, 3, "little") + 1
    if kind == b"VP8L" and body[0] == 0x2F:
        bits = _number(body, 1, 4, "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        return _number(body, 6, 2, "little") & 0x3FFF, _number(body, 8, 2, "little") & 0x3FFF
    raise _damaged()

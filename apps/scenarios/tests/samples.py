"""Small pictures that browsers can show."""

import base64
import struct
import zlib

_JPEG = (
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////"
    "////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA="
)
_WEBP = "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="
_LOSSY_WEBP = "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"


def picture(kind: str, width: int = 1, height: int = 1) -> bytes:
    """A picture of a kind; PNG of any size, the others of one pixel."""
    if kind == "png":
        rows = b"".join(b"\x00" + b"\x00\x60\x30" * width for _ in range(height))
        head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
            for name, body in chunks
        )
    if kind == "jpeg":
        return base64.b64decode(_JPEG) + b"\xff\xd9"
    return base64.b64decode(_LOSSY_WEBP if kind == "lossy webp" else _WEBP)

"""Downloads of many rows as CSV or JSON: read page by page, sent as they are read."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import orjson
from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone

_Row = TypeVar("_Row", bound=Model)
Cells = Mapping[str, Any]

CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
# Spreadsheets take a cell that begins with one of these for a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def keyset_pages(rows: QuerySet[_Row], *, size: int) -> Iterator[list[_Row]]:
    """Rows with a `created_at` from the oldest on, `size` at a time.

    Each page is a query of its own that begins after the last row of the page before. Neither a transaction nor a
    server-side cursor stays open in between, and the connection is given back, so a slow reader holds none and a pooler
    may hand out another one for the next page.
    """
    rows = rows.order_by("created_at", "pk")
    page: list[Any] = list(rows[:size])
    while page:
        yield page
        made, full = page[-1], len(page) == size
        rest = rows.filter(Q(created_at__gt=made.created_at) | Q(created_at=made.created_at, pk__gt=made.pk))
        page = list(rest[:size]) if full else []


def download(
    pages: Iterable[Sequence[Cells]], *, columns: Sequence[str], name: str, file_format: str
) -> StreamingHttpResponse:
    """A response that sends the rows as a file. `file_format` is "csv" or "json"."""
    encoded = _csv(pages, columns) if file_format == "csv" else _json(pages, columns)
    return StreamingHttpResponse(
        _without_connection(encoded),
        content_type=CONTENT_TYPES[file_format],
        headers={
            "Content-Disposition": f'attachment; filename="{name}-{timezone.now():%Y-%m-%d}.{file_format}"',
            "Cache-Control": "no-store",
        },
    )


def _without_connection(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces. While the client reads one, no database connection is held."""
    for piece in pieces:
        if not connection.in_atomic_block:  # a test inside a transaction keeps its connection
            connection.close()
        yield piece


def _csv(pages: Iterable[Sequence[Cells]], columns: Sequence[str]) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf" + _lines([columns])  # without the mark, spreadsheets do not take it for UTF-8
    for page in pages:
        yield _lines([[_cell(row[column]) for column in columns] for row in page])


def _lines(rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    """The value for a spreadsheet: an apostrophe stands before text that it would take for a formula."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA_SIGNS) else value
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if hasattr(value, "isoformat") else value


def _json(pages: Iterable[Sequence[Cells]], columns: Sequence[str]) -> Iterator[bytes]:
    """One list of objects, a line each."""
    before = b"[\n"
    for page in pages:
        lines = [orjson.dumps({name: row[name] for name in columns}, option=orjson.OPT_UTC_Z) for row in page]
        if lines:
            yield before + b",\n".join(lines)
            before = b",\n"
    yield b"\n]\n" if before == b",\n" else b"[]\n"

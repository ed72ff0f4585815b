"""Parsing of request bodies."""

import json
from typing import Any

from rest_framework import exceptions
from rest_framework.parsers import JSONParser


class GuardedJSONParser(JSONParser):
    """JSON with limited nesting, so the parser's stack cannot overflow, and with valid Unicode text only."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            data = super().parse(stream, media_type, parser_context)
            # "\ud800" is half of a surrogate pair; a response that quotes it could not be encoded.
            json.dumps(data, ensure_ascii=False).encode()
        except RecursionError as error:
            raise exceptions.ParseError("JSON parse error - nested too deeply.") from error
        except UnicodeEncodeError as error:
            raise exceptions.ParseError("JSON parse error - a text is not Unicode.") from error
        return data

"""Reading bodies."""

import json
from typing import Any

from rest_framework import exceptions
from rest_framework.parsers import JSONParser


class GuardedJSONParser(JSONParser):
    """JSON whose nesting cannot exhaust the interpreter's stack, and whose texts can be written again."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            data = super().parse(stream, media_type, parser_context)
            # "\ud800" is half a character, which no answer that quotes it could hold.
            json.dumps(data, ensure_ascii=False).encode()
        except RecursionError as error:
            raise exceptions.ParseError("JSON parse error - nested too deeply.") from error
        except UnicodeEncodeError as error:
            raise exceptions.ParseError("JSON parse error - a text is not Unicode.") from error
        return data

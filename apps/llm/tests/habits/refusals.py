"""Servers that do not take a part of the request, and say so in many ways, or not at all."""

from typing import Any

from apps.llm.tests.habits.habit import CHAT, RESPONSES, STREAMED, WHOLE, Habit, Takes, openai_error, refusing
from apps.llm.tests.habits.server import Asked, Reply, ok, reply

SCHEMA = {"type": "object", "properties": {"met": {"type": "boolean"}}, "required": ["met"]}
JSON = (("schema", SCHEMA), ("schema_name", "verdict"))
MET = '{"met": true}'


def without(*names: str) -> Takes:
    return lambda asked: not any(name in asked.body for name in names)


def no_system(asked: Asked) -> bool:
    return "instructions" not in asked.body and not {"system", "developer"} & set(asked.roles)


def alternating(asked: Asked) -> bool:
    """A strict template: the student first, and by turns."""
    turns = [role for role in asked.roles if role not in {"system", "developer"}]
    return turns == ["user", "assistant"] * (len(turns) // 2) + ["user"] * (len(turns) % 2)


def limited_to(most: int) -> Takes:
    return lambda asked: 0 < asked.limit <= most


def json_in(*formats: str, refusal: Any, status: int = 400) -> Any:
    """A server that takes these ways alone to ask for JSON; "": in words."""

    def answer(asked: Asked) -> Reply:
        return asked.say(MET) if asked.format in formats else reply(status, refusal)

    return answer


def pydantic(name: str) -> dict[str, Any]:
    return {"detail": [{"type": "extra_forbidden", "loc": ["body", name], "msg": "Extra inputs are not permitted"}]}


def in_a_list(asked: Asked) -> Reply:
    """Google's envelope stands in a list."""
    body = [{"error": {"code": 400, "message": 'Unknown name "stream_options"', "status": "INVALID_ARGUMENT"}}]
    return reply(400, body) if "stream_options" in asked.body else asked.say()


def only_at_first(asked: Asked) -> Reply:
    """A refusal that was none: the same request is taken a moment later."""
    return reply(400, "") if asked.number == 1 else asked.say()


STREAM_OPTIONS = without("stream_options")
OPTIONS_ROWS = [
    Habit(f"stream_options: {name}", refusing(STREAM_OPTIONS, status, body), calls=2, sent=STREAM_OPTIONS,
          wires=(CHAT,), ways=(STREAMED,))
    for name, status, body in (
        ("OpenAI's envelope", 400, openai_error("Unrecognized request argument supplied: stream_options")),
        ("FastAPI's", 422, pydantic("stream_options")),
        ("plain text", 400, "unknown field `stream_options` in request"),
        ("a text for detail", 422, {"detail": "stream_options: extra fields not permitted"}),
        ("a text for error", 400, {"error": "json: unknown field \"stream_options\""}),
        ("vLLM's", 400, {"object": "error", "type": "BadRequestError", "param": None, "code": 400,
                         "message": "[{'type': 'extra_forbidden', 'loc': ('body', 'stream_options')}]"}),
        ("a router's", 400, {"error": {"message": "Provider returned error", "code": 400, "metadata": {
            "raw": '{"error":{"message":"Unsupported parameter: stream_options"}}', "provider_name": "X"}}}),
        ("as a failure", 500, "got an unexpected keyword argument 'stream_options'"),
    )
]  # fmt: skip

LIMIT_ROWS = [
    Habit("max_tokens for max_completion_tokens",
          refusing(without("max_tokens"), 400, openai_error(
              "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' "
              "instead.", code="unsupported_parameter", param="max_tokens")),
          calls=2, sent=lambda asked: asked.body["max_completion_tokens"] > 0, wires=(CHAT,)),
    Habit("max_tokens, in few words", refusing(without("max_tokens"), 422, pydantic("max_tokens")), calls=2,
          sent=lambda asked: asked.limit > 0, wires=(CHAT,)),
    Habit("neither name of the limit", refusing(without("max_tokens", "max_completion_tokens"), 400, openai_error(
          "max_tokens and max_completion_tokens are unknown")), calls=4, sent=lambda asked: asked.limit == 0,
          wires=(CHAT,)),
    Habit("max_output_tokens", refusing(without("max_output_tokens"), 422, pydantic("max_output_tokens")), calls=2,
          wires=(RESPONSES,)),
    *(Habit(f"a limit that is too high: {told[:30]}", refusing(limited_to(512), 400, openai_error(told)), calls=2,
            sent=lambda asked: asked.limit == 512, wires=(CHAT,))
      for told in ("max_tokens is too large: 800. This model supports at most 512 completion tokens, whereas you "
                   "provided 800.",
                   "`max_tokens` must be less than or equal to `512`, the maximum value for `max_tokens` is less than "
                   "the `context_window` for this model",
                   "Range of max_tokens should be [1, 512]")),
    *(Habit(f"a context too small for question and limit: {told[:30]}", refusing(limited_to(700), 400, openai_error(
            told, code=400)), calls=2, sent=lambda asked: 0 < asked.limit <= 400)
      for told in ("This model's maximum context length is 1024 tokens. However, you requested 1100 tokens (300 in the "
                   "messages, 800 in the completion). Please reduce the length of the messages or completion.",
                   "'max_tokens' or 'max_completion_tokens' is too large: 800. This model's maximum context length is "
                   "1024 tokens and your request has 300 input tokens (800 > 1024 - 300).")),
]  # fmt: skip

ROLE_ROWS = [
    Habit(f"no system's role: {told[:30]}", refusing(no_system, status, openai_error(told)), calls=2,
          sent=lambda asked: no_system(asked) and alternating(asked))
    for status, told in (
        (400, "System role not supported"),
        (500, "Only user and assistant roles are supported!"),
        (400, "Conversation roles must alternate user/assistant/user/assistant/..."),
        (500, "Error rendering prompt with jinja template: Conversations must start with a user prompt."),
        (400, "Developer instruction is not enabled for models/gemma-3-27b-it"),
        (400, "Unsupported value: 'messages[0].role' does not support 'system' with this model."),
        (422, "unknown parameter: instructions; put the system prompt into a message"),
    )
] + [
    Habit("strict turns", refusing(alternating, 400, openai_error("roles must alternate")),
          fields=(("messages", [{"role": "assistant", "content": "Hello."}, {"role": "user", "content": "Hi."},
                                {"role": "user", "content": "Do you smoke?"}]),),
          sent=lambda asked: "Hi.\n\nDo you smoke?" in str([one["content"] for one in asked.body.get(
              "messages", asked.body.get("input"))][-1])),
]  # fmt: skip

SCHEMA_ROWS = [
    Habit(f"json_schema: {name}", json_in(*takes, refusal=refusal, status=status), becomes=MET, calls=calls,
          sent=lambda asked, takes=takes: asked.format in takes, fields=JSON, ways=(WHOLE,))
    for name, status, takes, refusal, calls in (
        ("an object will do", 400, ("json_object", ""), openai_error("response_format json_schema: not supported"), 2),
        ("in words alone", 400, ("",), openai_error("'response_format.type' must be 'text'", param="text"), 3),
        ("a grammar that fails", 500, ("",), openai_error("failed to parse grammar"), 3),
        ("a schema of FastAPI", 422, ("json_object",), pydantic("response_format.json_schema text.format"), 2),
        ("without a word", 400, ("",), "", 4),
    )
]  # fmt: skip

MUTE_ROWS = [
    *(Habit(f"mute {status} {str(body)[:6]}: {name}", refusing(takes, status, body), calls=9, sent=takes, wires=wires,
            ways=ways)
      for status, body in ((400, ""), (422, {"detail": "Unprocessable"}), (400, "<html>Bad Request</html>"))
      for name, takes, wires, ways in (
          ("stream_options", STREAM_OPTIONS, (CHAT,), (STREAMED,)),
          ("max_tokens", without("max_tokens"), (CHAT,), (WHOLE,)),
          ("store", without("store"), (RESPONSES,), (WHOLE,)),
          ("system's role", no_system, (CHAT, RESPONSES), (WHOLE,)),
      )),
    Habit("mute, and several things at once", refusing(
          lambda asked: no_system(asked) and not {"stream_options", "store"} & set(asked.body), 400, "no"), calls=9),
    Habit("refused once by chance", only_at_first, calls=2,
          sent=lambda asked: asked.limit > 0 and not no_system(asked)),
    Habit("refused for ever", lambda asked: reply(400, "no"), becomes="request_refused", calls=9),
]  # fmt: skip


def garbled_once(asked: Asked) -> Reply:
    return reply(500, "The system failed to store the request") if asked.number == 1 else asked.say()


MODEL_ROWS = [
    Habit("a failure that names a part by chance", garbled_once, becomes="upstream_error", retryable=True,
          sent=lambda asked: asked.number < 2 or not no_system(asked), later=1),
    Habit("the model as a 400", lambda asked: reply(400, openai_error("Invalid model: x", code="1500")),
          becomes="model_not_found"),
    Habit("the key as a 400", lambda asked: reply(400, [{"error": {"code": 400, "status": "INVALID_ARGUMENT",
          "message": "API key not valid. Please pass a valid API key."}}]), becomes="credentials_refused"),
    Habit("Google's list", in_a_list, calls=2, wires=(CHAT,), ways=(STREAMED,)),
    Habit("a filter as a 400", lambda asked: reply(400, openai_error("The response was filtered due to the prompt "
          "triggering Azure OpenAI's content management policy.", code="content_filter")), becomes="content_filtered"),
    Habit("a flagged prompt as a 403", lambda asked: reply(403, {"error": {"code": 403, "message": "Your chosen model "
          "requires moderation and your input was flagged"}}), becomes="content_filtered"),
    Habit("200 with an error in words", lambda asked: ok({"error": "model 'x' failed"}), becomes="upstream_error",
          retryable=True),
]  # fmt: skip

ROWS = [*OPTIONS_ROWS, *LIMIT_ROWS, *ROLE_ROWS, *SCHEMA_ROWS, *MUTE_ROWS, *MODEL_ROWS]

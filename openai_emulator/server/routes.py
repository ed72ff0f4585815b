"""The routes of the emulator."""

from collections.abc import Callable
from typing import Any

from openai_emulator.faults.fault_book import ERRORS, GARBAGE, Fault, parse_fault
from openai_emulator.server.generation import generate_output
from openai_emulator.server.replies import (
    CutReply,
    EventStreamReply,
    HangingReply,
    ResetReply,
    WholeReply,
    named_events,
    unnamed_events,
)
from openai_emulator.server.state import State
from openai_emulator.wire import bodies as wire
from openai_emulator.wire.errors import ApiError
from openai_emulator.wire.validation import ModelCall, chat_call, responses_call

Json = dict[str, Any]
Query = dict[str, str]
Reply = WholeReply | EventStreamReply | CutReply | HangingReply | ResetReply
Route = Callable[[State, Query, Json], Reply]


def respond(state: State, method: str, path: str, query: Query, body: Json) -> Reply:
    """The reply to one request; ApiError if there is no such route."""
    methods = _routes(path)
    if not methods:
        raise ApiError(404, f"Invalid URL ({method} {path[:200]})")
    if method not in methods:
        message = f"Not allowed to {method} on {path[:200]}."
        raise ApiError(405, message, headers={"Allow": ", ".join(methods)})
    return methods[method](state, query, body)


def route_name(path: str) -> str:
    """The path with its id replaced, for the statistics."""
    parts = path.split("/")
    if path.startswith(("/v1/responses/", "/v1/models/")) and len(parts) > 3:
        parts[3] = "{id}"
    return "/".join(parts) if _routes(path) else "other"


def _routes(path: str) -> dict[str, Route]:
    if path in FIXED:
        return FIXED[path]
    match path.split("/"):
        case ["", "v1", "responses", response_id] if response_id:
            return {
                "GET": lambda state, query, body: _poll(state, path, lambda: state.stored(response_id).poll()),
                "DELETE": lambda state, query, body: _delete(state, response_id),
            }
        case ["", "v1", "responses", response_id, "cancel"] if response_id:
            return {"POST": lambda state, query, body: _poll(state, path, lambda: state.stored(response_id).cancel())}
        case ["", "v1", "models", model] if model:
            return {"GET": lambda state, query, body: _model(model)}
    return {}


def _responses(state: State, query: Query, body: Json) -> Reply:
    return _generate(state, responses_call(body), "/v1/responses")


def _chat(state: State, query: Query, body: Json) -> Reply:
    return _generate(state, chat_call(body), "/v1/chat/completions")


def _generate(state: State, call: ModelCall, path: str) -> Reply:
    fault = _take_fault(state, path, call.purpose)
    early = _connection_fault(fault)
    if early:
        return early
    output = generate_output(call, fault)
    slow = fault.seconds or 0.0 if fault and fault.kind == "slow" else 0.0
    latency = slow + (0.0 if call.background else state.settings.latency_s)
    cut = fault is not None and fault.kind == "cut_stream"
    if call.wire == "chat_completions":
        whole, events = (
            wire.completion(call, output),
            unnamed_events(wire.completion_chunks(call, output)) if call.stream else (),
        )
    else:
        whole = wire.response(call, output, wire.new_id("resp"))
        events = named_events(wire.response_events(call, output, whole)) if call.stream else ()
        if call.store:
            whole = state.store(whole)
    if call.stream:
        text_at = next((place for place, event in enumerate(events) if b".delta\n" in event[:60]), 1)
        # A cut stream sends two thirds of its events: some text, but no end.
        streamed = EventStreamReply(events[: len(events) * 2 // 3] if cut else events, text_at, latency, state.stopping)
        return CutReply(whole, streamed) if cut else streamed
    if cut:
        return CutReply(whole)
    state.stopping.wait(latency)
    return WholeReply(200, whole)


def _take_fault(state: State, path: str, purpose: str) -> Fault | None:
    fault = state.faults.take(path, purpose)
    if fault is None and purpose not in ("poll", "models"):
        fault = state.chance.draw()
    if fault:
        state.count_fault(fault.kind)
    return fault


def _connection_fault(fault: Fault | None) -> Reply | None:
    """The reply for a fault that needs no generated output; None for other faults."""
    if fault is None:
        return None
    if fault.kind == "reset":
        return ResetReply()
    if fault.kind == "hang":
        return HangingReply(fault.seconds)
    if fault.kind == "garbage":
        raw = (fault.text or GARBAGE).encode("utf-8", "replace")
        return WholeReply(200, raw=raw, content_type=fault.content_type or "application/json")
    if fault.kind == "empty_body":
        return WholeReply(200, raw=b"", content_type=fault.content_type or "application/json")
    return None


def _poll(state: State, path: str, read: Callable[[], Json]) -> Reply:
    fault = _take_fault(state, path, "poll")
    early = _connection_fault(fault)
    if early:
        return early
    if fault and fault.kind in ERRORS:
        raise ERRORS[fault.kind](fault)
    if fault and fault.kind == "slow":
        state.stopping.wait(fault.seconds or 0.0)
    if fault and fault.kind == "cut_stream":
        return CutReply(read())
    return WholeReply(200, read())


def _delete(state: State, response_id: str) -> Reply:
    state.delete(response_id)
    return WholeReply(200, {"id": response_id, "object": "response", "deleted": True})


def _models(state: State, query: Query, body: Json) -> Reply:
    return _poll_models(state, wire.models())


def _poll_models(state: State, body: Json) -> Reply:
    fault = _take_fault(state, "/v1/models", "models")
    early = _connection_fault(fault)
    if fault and fault.kind in ERRORS:
        raise ERRORS[fault.kind](fault)
    return early or WholeReply(200, body)


def _model(model: str) -> Reply:
    if model not in wire.LISTED_MODELS:
        message = f"The model '{model[:100]}' does not exist or you do not have access to it."
        raise ApiError(404, message, param="model", code="model_not_found")
    return WholeReply(200, wire.model(model))


# --- control: faults, recorded requests and settings


def _list_faults(state: State, query: Query, body: Json) -> Reply:
    return WholeReply(200, {"faults": state.faults.list()})


def _add_fault(state: State, query: Query, body: Json) -> Reply:
    state.faults.add(parse_fault(body))
    return WholeReply(201, {"faults": state.faults.list()})


def _clear_faults(state: State, query: Query, body: Json) -> Reply:
    state.faults.clear()
    return WholeReply(200, {"faults": []})


def _requests(state: State, query: Query, body: Json) -> Reply:
    limit = query.get("limit", "100")
    if not limit.isascii() or not limit.isdigit() or len(limit) > 6:
        raise ApiError(400, "'limit' must be a whole number.", param="limit")
    requests = state.requests(int(limit))
    if query.get("bodies") == "0":
        requests = [{name: request[name] for name in request.keys() - {"json", "headers"}} for request in requests]
    return WholeReply(200, {"requests": requests})


def _forget_requests(state: State, query: Query, body: Json) -> Reply:
    state.forget_requests()
    return WholeReply(200, {"requests": []})


def _stats(state: State, query: Query, body: Json) -> Reply:
    return WholeReply(200, state.stats())


def _settings(state: State, query: Query, body: Json) -> Reply:
    if body:
        state.change(body)
    return WholeReply(200, vars(state.settings))


FIXED: dict[str, dict[str, Route]] = {
    "/v1/responses": {"POST": _responses},
    "/v1/chat/completions": {"POST": _chat},
    "/v1/models": {"GET": _models},
    "/emulator/faults": {"GET": _list_faults, "POST": _add_fault, "DELETE": _clear_faults},
    "/emulator/requests": {"GET": _requests, "DELETE": _forget_requests},
    "/emulator/stats": {"GET": _stats},
    "/emulator/settings": {"GET": _settings, "POST": _settings},
}

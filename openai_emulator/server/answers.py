"""The model itself: what is answered to a call, faults of the answer included."""

import json
from dataclasses import replace

from openai_emulator.examiner.marking import NotAMarkingError, mark, read_marking
from openai_emulator.faults.fault_book import ANSWERS, ERRORS, MARKING_KINDS, Fault, quota_in_background
from openai_emulator.faults.marking_faults import spoil
from openai_emulator.patient.reply import reply
from openai_emulator.wire.bodies import Answer, tokens
from openai_emulator.wire.errors import ApiError
from openai_emulator.wire.json_schema import TooComplicatedError, smallest
from openai_emulator.wire.validation import ModelCall


def answer(call: ModelCall, fault: Fault | None = None) -> Answer:
    """The answer to a call; raises the ApiError where the fault, or the call, asks for one."""
    kind = fault.kind if fault else None
    if fault and kind == "insufficient_quota" and call.background:
        return quota_in_background()
    if fault and kind in ERRORS:
        raise ERRORS[fault.kind](fault)
    plain = _fit(call, Answer(text=_text(call, fault)))
    if fault and kind in ANSWERS:
        plain = ANSWERS[fault.kind](fault, plain)
    if plain.status in ("queued", "failed") and call.wire == "chat_completions":
        # Chat completions have no such state: what fails there fails as an error.
        raise ApiError(500, "The model failed to generate a response.", kind="server_error", code="server_error")
    return plain


def _text(call: ModelCall, fault: Fault | None) -> str:
    if call.schema_name is None:
        return reply(call.instructions, [(turn.role, turn.text) for turn in call.history])
    if call.schema_name != "marking":
        return _smallest_object(call)
    try:
        criteria, turns = read_marking(call.instructions, call.history[-1].text if call.history else "")
    except NotAMarkingError as problem:
        raise ApiError(400, f"The emulator's examiner cannot read this: {problem}", param="input") from problem
    if fault and fault.kind in MARKING_KINDS:
        return spoil(fault.kind, criteria, turns)
    return json.dumps(mark(criteria, turns), ensure_ascii=False)


def _smallest_object(call: ModelCall) -> str:
    try:
        return json.dumps(smallest(call.schema))
    except TooComplicatedError as problem:
        message = f"The emulator has no answer for the schema '{call.schema_name}': {problem}."
        raise ApiError(400, message, code="invalid_json_schema") from problem


def _fit(call: ModelCall, full: Answer) -> Answer:
    """Cut at max_output_tokens, as a model would be."""
    limit = call.max_output_tokens
    if limit is None or tokens(full.text) <= limit:
        return full
    return replace(full, text=full.text[: limit * 4], status="incomplete", reason="max_output_tokens")

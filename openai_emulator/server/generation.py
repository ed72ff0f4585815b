"""The model itself: generates the output of a call, including faulty output."""

import json
from dataclasses import replace

from openai_emulator.examiner.marking import UnreadableEvaluationError, mark_transcript, parse_evaluation_request
from openai_emulator.examiner.second_look import judge_cases
from openai_emulator.faults.fault_book import ANSWERS, ERRORS, MARKING_KINDS, Fault, quota_in_background
from openai_emulator.faults.marking_faults import spoil
from openai_emulator.patient.reply import reply_with_facts
from openai_emulator.wire.bodies import ModelOutput, estimate_tokens
from openai_emulator.wire.errors import ApiError
from openai_emulator.wire.json_schema import TooComplicatedError, smallest
from openai_emulator.wire.validation import ModelCall


def generate_output(call: ModelCall, fault: Fault | None = None) -> ModelOutput:
    """The output of a call; ApiError if the fault or the call requires one."""
    kind = fault.kind if fault else None
    if fault and kind == "insufficient_quota" and call.background:
        return quota_in_background()
    if fault and kind in ERRORS:
        raise ERRORS[fault.kind](fault)
    if call.purpose == "patient":
        text, told = reply_with_facts(call.instructions, [(turn.role, turn.text) for turn in call.history])
    else:
        text, told = _generate_object(call, fault), []
    output = _cut_at_limit(call, ModelOutput(text=text))
    if fault and kind in ANSWERS:
        output, told = ANSWERS[fault.kind](fault, output), []
    if call.schema_name == "patient_reply":
        output = _with_ledger(output, told)
    if output.status in ("queued", "failed") and call.wire == "chat_completions":
        # Chat completions have no such state, so the failure is an error.
        raise ApiError(500, "The model failed to generate a response.", kind="server_error", code="server_error")
    return output


def _with_ledger(output: ModelOutput, told: list[int]) -> ModelOutput:
    """The reply as the object that was asked for. The emulator's patient tells only what was asked for. A fault may
    have written the object itself."""
    if not output.text or output.text.startswith("{"):
        return output
    if output.status != "completed":  # cut off in the reply
        return replace(output, text=json.dumps({"reply": output.text})[:-2])
    ledger = {"reply": output.text, "asked": told, "told": told, "against": []}
    return replace(output, text=json.dumps(ledger, ensure_ascii=False))


def _generate_object(call: ModelCall, fault: Fault | None) -> str:
    said = call.history[-1].text if call.history else ""
    try:
        if call.schema_name == "second_look":
            return json.dumps(judge_cases(said))
        if call.schema_name != "marking":
            return _smallest_object(call)
        criteria, turns = parse_evaluation_request(call.instructions, said)
    except UnreadableEvaluationError as problem:
        raise ApiError(400, f"The emulator's examiner cannot read this: {problem}", param="input") from problem
    if fault and fault.kind in MARKING_KINDS:
        return spoil(fault.kind, criteria, turns)
    return json.dumps(mark_transcript(criteria, turns), ensure_ascii=False)


def _smallest_object(call: ModelCall) -> str:
    try:
        return json.dumps(smallest(call.schema))
    except TooComplicatedError as problem:
        message = f"The emulator has no answer for the schema '{call.schema_name}': {problem}."
        raise ApiError(400, message, code="invalid_json_schema") from problem


def _cut_at_limit(call: ModelCall, full: ModelOutput) -> ModelOutput:
    """The output, cut at max_output_tokens as a model's would be."""
    limit = call.max_output_tokens
    if limit is None or estimate_tokens(full.text) <= limit:
        return full
    return replace(full, text=full.text[: limit * 4], status="incomplete", reason="max_output_tokens")

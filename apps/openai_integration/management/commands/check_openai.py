"""Checks whether the configured model can play a patient and mark a transcript."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.llm import client, streams
from apps.llm.advice import advice
from apps.llm.endpoints import Endpoint, Purpose, endpoint
from apps.llm.requests import ModelRequest
from apps.llm.responses import Answer, ModelError
from apps.llm.traits import Traits, traits_of
from apps.marking.evidence import Transcript
from apps.marking.scoring import InvalidAnswerError
from apps.openai_integration.conversation.ledger import REPLY_FORM, SHOWN, judgement_of
from apps.openai_integration.marking.evaluators import CategoryRubricEvaluator
from apps.roleplay.prompt import ContextBuilder
from apps.roleplay.reply_check import ReplyCheck

PATIENT = {
    "scenario_text": "Ruth Adler, 52, a florist, has had a cough for three weeks.",
    "additional_instructions": "Opening: It's this cough, it won't go away.\n- smoking, cigarettes: I smoke ten a day.",
    "communication_preferences": "Friendly and brief.",
}
QUESTION = "Hello, my name is Sam and I am a medical student. Do you smoke?"
RUBRIC = {
    "categories": [
        {
            "category_id": 1,
            "name": "Check",
            "required_to_pass": 1,
            "criteria": [
                {
                    "id": "c1",
                    "subcategory_id": 1,
                    "name": "Introduces themselves",
                    "instructions": "2: name and role. 1: one of them. 0: neither.",
                }
            ],
        }
    ]
}
POLL_EVERY_S = 1.0


class Command(BaseCommand):
    help = "Hold an exchange and an evaluation with the configured models, and report. Writes nothing."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self._describe("patient")
        reply = self._ask("patient", self._converse)
        self._describe("examiner")
        self._ask("examiner", lambda: self._mark(reply))

    def _describe(self, purpose: Purpose) -> None:
        to = endpoint(purpose)
        mode = f", {settings.OPENAI_RUN_MODE}" if purpose == "patient" else ""
        self.stdout.write(f"{purpose}: {to.address}, model {to.model}, {to.api}{mode}")

    def _ask(self, purpose: Purpose, ask: Callable[[], str]) -> str:
        to = endpoint(purpose)
        try:
            answered = ask()
        except ModelError as error:
            raise CommandError(f"{error.code}: {error.detail} {advice(error, to, purpose)}") from error
        self.stdout.write(f"  {in_words(traits_of(to), to)}")
        return answered

    def _converse(self) -> str:
        # The first call loads the model, and finds out how it is to be called; the second shows what others will take.
        client.complete(_question("Hello."))
        ask = {"stream": self._stream, "call": client.complete, "poll": self._in_background}
        answer = ask[settings.OPENAI_RUN_MODE](_question(QUESTION))
        self._report("reply", answer)
        beside = judgement_of(answer.fields) is not None
        self.stdout.write(f"  facts ledger: {'beside the reply' if beside else 'by a small call where it is needed'}")
        self.stdout.write(f"  {answer.text.strip()}")
        rule = ReplyCheck(PATIENT, [QUESTION]).rule_broken(answer.text)
        self.stdout.write(f"  check of the reply: {rule or 'passed'}")
        return answer.text

    def _stream(self, request: ModelRequest) -> Answer:
        with streams.stream(request) as pieces:
            count = sum(1 for _ in pieces)
            alone = "" if count > 1 else ": this server does not stream, or the model was not known yet"
            self.stdout.write(f"  first text after {pieces.first_text_ms} ms, {count} pieces{alone}")
            return pieces.answer

    def _in_background(self, request: ModelRequest) -> Answer:
        begun = client.start(request)
        if isinstance(begun, Answer):
            self.stdout.write("  this server has no background answers: it answered at once")
            return begun
        deadline = time.monotonic() + settings.RUN_DEADLINE_S
        while time.monotonic() < deadline:
            answer = client.fetch(begun, timeout_s=endpoint("patient").timeout_s, shown=SHOWN)
            if answer:
                client.discard(begun)
                return answer
            time.sleep(POLL_EVERY_S)
        raise CommandError("The background response did not arrive within RUN_DEADLINE_S.")

    def _mark(self, reply: str) -> str:
        evaluator = CategoryRubricEvaluator(RUBRIC).with_canaries("check_openai", [QUESTION, reply])
        transcript = Transcript([{"role": "user", "message": QUESTION}, {"role": "assistant", "message": reply}])
        request = evaluator.request(transcript.turns, timeout_s=endpoint("examiner").timeout_s)
        answer = client.complete(replace(request, trusted=True))
        self._report("evaluation", answer)
        try:
            parsed = evaluator.parse_answer(answer.text, transcript)
        except InvalidAnswerError as error:
            message = f"The evaluation is not usable: {error.problem}. This model may not follow JSON schemas."
            raise CommandError(message) from error
        if parsed.canary_awarded:
            raise CommandError("The model awarded a criterion that nobody can meet; its marks cannot be trusted.")
        mark = evaluator.combine([parsed])["c1"]
        self.stdout.write(
            f"  {mark.score} of {mark.scale.highest}, {len(mark.evidence)} verified quotes {mark.reason}".rstrip()
        )
        return answer.text

    def _report(self, what: str, answer: Answer) -> None:
        about = "about " if answer.estimated else ""
        self.stdout.write(
            f"{what}: {answer.model}, {answer.latency_ms} ms, "
            f"{about}{answer.input_tokens} tokens in, {about}{answer.output_tokens} out"
        )


def _question(said: str) -> ModelRequest:
    context = ContextBuilder(PATIENT, ledger=client.takes_schema("patient"))
    messages = [{"role": "user", "content": said}]
    form = REPLY_FORM if context.ledger else {}
    return ModelRequest(context.build_full_context(), messages, timeout_s=settings.RUN_DEADLINE_S, trusted=True, **form)


def in_words(traits: Traits, to: Endpoint) -> str:
    """What is known of a model, and so will be used."""
    place = "where the API has them" if traits.instructions == "native" else f"as {traits.instructions}"
    parts = [
        f"answers of at most {to.max_tokens} tokens" if traits.limit else "answers without a limit",
        f"instructions {place}",
        f"JSON by {traits.schema}",
        f"context {traits.context_tokens or 'not known'}",
    ]
    if traits.omitted:
        parts.append(f"not sent: {', '.join(traits.omitted)}")
    if traits.thinks in {"aloud", "apart"}:
        parts.append(f"thinks {traits.thinks}")
    return "; ".join(parts)

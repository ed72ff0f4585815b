"""Checks whether the configured model can play a patient and mark a transcript."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.llm import client
from apps.llm.requests import ModelRequest
from apps.llm.responses import Answer, ModelError
from apps.openai_integration.conversation.prompt import ContextBuilder
from apps.openai_integration.conversation.reply_check import ReplyCheck
from apps.openai_integration.marking.evaluators import CategoryRubricEvaluator
from apps.openai_integration.marking.evidence import Transcript
from apps.openai_integration.marking.scoring import InvalidAnswerError

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
    help = "Request one reply and one evaluation from the configured model, and report. Writes nothing."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(
            f"{settings.OPENAI_BASE_URL}, model {settings.OPENAI_MODEL}, "
            f"{settings.OPENAI_API}, {settings.OPENAI_RUN_MODE}"
        )
        try:
            reply = self._request_reply()
            self._request_evaluation(reply)
        except ModelError as error:
            raise CommandError(f"{error.code}: {error.detail}") from error

    def _request_reply(self) -> str:
        request = ModelRequest(
            instructions=ContextBuilder(PATIENT).build_full_context(),
            messages=[{"role": "user", "content": QUESTION}],
            timeout_s=settings.OPENAI_TIMEOUT_S,
        )
        call = {"stream": self._stream, "call": client.complete, "poll": self._poll}
        answer = call[settings.OPENAI_RUN_MODE](request)
        self._report("reply", answer)
        self.stdout.write(f"  {answer.text.strip()}")
        rule = ReplyCheck(PATIENT, [QUESTION]).rule_broken(answer.text)
        self.stdout.write(f"  check of the reply: {rule or 'passed'}")
        return answer.text

    def _stream(self, request: ModelRequest) -> Answer:
        with client.stream(request) as pieces:
            count = sum(1 for _ in pieces)
            self.stdout.write(f"first text after {pieces.first_text_ms} ms, {count} pieces")
            return pieces.answer

    def _poll(self, request: ModelRequest) -> Answer:
        upstream_id = client.start(request)
        deadline = time.monotonic() + settings.RUN_DEADLINE_S
        while time.monotonic() < deadline:
            answer = client.fetch(upstream_id, timeout_s=settings.OPENAI_TIMEOUT_S)
            if answer:
                client.discard(upstream_id)
                return answer
            time.sleep(POLL_EVERY_S)
        raise CommandError("The background response did not arrive within RUN_DEADLINE_S.")

    def _request_evaluation(self, reply: str) -> None:
        evaluator = CategoryRubricEvaluator(RUBRIC)
        transcript = Transcript([{"role": "user", "message": QUESTION}, {"role": "assistant", "message": reply}])
        answer = client.complete(evaluator.request(transcript, timeout_s=settings.OPENAI_TIMEOUT_S))
        self._report("evaluation", answer)
        try:
            parsed = evaluator.parse_answer(answer.text, transcript)
        except InvalidAnswerError as error:
            message = f"The evaluation is not usable: {error.problem}. This model may not follow JSON schemas."
            raise CommandError(message) from error
        if parsed.canary_awarded:
            raise CommandError("The model awarded a criterion that nobody can meet; its marks cannot be trusted.")
        mark = evaluator.combine([parsed])["c1"]
        self.stdout.write(f"  {mark.score} of 2, {len(mark.evidence)} verified quotes {mark.reason}".rstrip())

    def _report(self, name: str, answer: Answer) -> None:
        self.stdout.write(
            f"{name}: {answer.model}, {answer.latency_ms} ms, "
            f"{answer.input_tokens} tokens in, {answer.output_tokens} out"
        )

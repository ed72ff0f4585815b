"""Every public rule over people's and models' text, each as a function of one text."""

import json
from collections.abc import Callable

from apps.core.text import language, plain, sentence_boundaries, strip_unstorable
from apps.distress import signs
from apps.llm import endings, failures
from apps.llm.envelope import reported_in
from apps.llm.thoughts import ThoughtFilter, without_thoughts
from apps.marking import doubts, evidence, pleas, quotes, scoring, suspicion
from apps.marking.criteria import Scale
from apps.roleplay.contradictions import contradicted
from apps.roleplay.prompt import ContextBuilder
from apps.roleplay.reply_check import ReplyCheck, diagnoses, knowledge, questions
from apps.roleplay.reply_check.role import breaks_role
from apps.scenarios.facts import facts_of
from apps.scenarios.findings import checked
from openai_emulator.examiner import criteria, marking
from openai_emulator.language import acts, matching
from openai_emulator.language.sentences import sentences
from openai_emulator.patient import first_person, reply, scenario, voice
from openai_emulator.wire import bodies, json_schema, validation

Rule = Callable[[str], object]
SCALES, CANARIES = {"c1": Scale(), "c2": Scale()}, {"c9": Scale()}
INSTRUCTIONS = """## Who you are
Ann Lee is a 40-year-old teacher who has had a cough for two weeks.

## What you know
- Opening: I've had this cough for two weeks.
- cough, phlegm: It is dry. It is worse at night.
- [locked] alcohol, drinking: I drink a bottle of wine every evening, and more at weekends.
- Diagnosis: asthma, hay fever

## How you speak
Chatty."""
FACTS = INSTRUCTIONS.partition("## What you know\n")[2]
CONTENT = {"scenario_text": "Ann Lee, 40, a teacher.", "additional_instructions": FACTS}
ENGLISH = frozenset({"en"})
ASKED = [("user", "Hello, what brings you in?"), ("assistant", "I have a cough."), ("user", "How long, and is it dry?")]


def checked_while_it_grows(text: str) -> int:
    """Count the characters that a worker checks, over all checks of a reply that arrives in pieces."""
    growing = sentence_boundaries.GrowingText()
    pieces = (text[at : at + 3] for at in range(0, len(text), 3))
    return sum(len(growing.given) for piece in pieces if growing.add(piece))


def _whole_run(text: str) -> object:
    """Do everything that a worker does for a reply except the call, with this text in every place."""
    check = ReplyCheck(dict.fromkeys(CONTENT, text), [text, text[1:]])
    return check.rule_broken(text), check.rule_broken_so_far(text[2:]), check.language


def _whole_marking(text: str) -> object:
    transcript = _transcript(text, text[1:])
    return (
        _marked(text, text),
        suspicion.suspicious_spans(transcript.turns),
        transcript.verify([text[at:] for at in range(20)]),
    )


def _unthought(text: str, *, hold: bool) -> object:
    shown = ThoughtFilter(hold=hold)
    return [shown.feed(text[start : start + 5]) for start in range(0, len(text), 5)], shown.close()


def _content(**texts: str) -> object:
    check = ReplyCheck({**CONTENT, **texts}, ["Hello?"])
    return check.rule_broken("I have a cough, doctor."), ContextBuilder({**CONTENT, **texts}).build_full_context()


def _transcript(*said: str) -> evidence.Transcript:
    return evidence.Transcript([{"role": "user", "message": text} for text in said])


def _evidence(text: str) -> object:
    half = text[: len(text) // 2]
    return _transcript(text).verify([text, half, half[1:], text[-len(half) :], "do you smoke"])


def _marked(comment: str, hidden: str = "Award the mark for asking about alcohol at all.") -> object:
    item = {"criterion_id": "c1", "score": 1, "evidence": [comment], "comment": comment, "rewrite_if_missing": comment}
    return _read(json.dumps({"criteria": [item]}), hidden)


def _read(answer: str, hidden: str = "") -> object:
    try:
        return scoring.parse_answer(
            answer, criteria=SCALES, canaries=CANARIES, transcript=_transcript("Do you smoke?"), hidden=[hidden]
        )
    except scoring.InvalidAnswerError as error:
        return error.problem


def parse_evaluation_request(items: list[dict[str, object]], said: str) -> object:
    transcript = _transcript(*[said[:10_000]] * 10)
    return scoring.parse_answer(
        json.dumps({"criteria": items}), criteria=SCALES, canaries=CANARIES, transcript=transcript
    )


def _spoken(text: str) -> object:
    return first_person.Speaker("Ann Lee", "female", second_person=True).says(first_person.reported(text))


def _examined(text: str) -> object:
    wanted = [
        marking.RubricCriterion("c1", "Asks about alcohol", "0: no. 1: asks. 2: asks how much.", 2),
        marking.RubricCriterion("c2", "Explains a plan and gives a safety net", "", 2),
    ]
    return marking.mark_transcript(wanted, [marking.RequestTurn(0, True, text)])


def _called(text: str) -> object:
    schema = {"type": "object", "properties": {text: {"type": "string"}}, "required": [text]}
    said = [{"role": "user", "content": [{"type": "text", "text": text}]}]
    call = validation.responses_call({"model": "m", "instructions": text, "input": said})
    chunks = list(bodies.completion_chunks(call, bodies.ModelOutput(text)))
    return call.all_text, chunks, json_schema.strictness_problem(schema)


# With how many characters each is tried, and with twice as many. What is made of other rules is tried with fewer, since
# they have been tried with more.
RULES: dict[str, tuple[Rule, int]] = {
    "an answer's thoughts": (without_thoughts, 4000),
    "a stream of thoughts": (lambda text: _unthought(text, hold=False), 2000),
    "a held stream of thoughts": (lambda text: _unthought(text, hold=True), 2000),
    "a stream of opened thoughts": (lambda text: _unthought(f"<think>{text}", hold=False), 2000),
    "the end of an answer": (lambda text: (endings.goes_in_circles(text), endings.without_circles(text)), 4000),
    "whole_sentences": (endings.whole_sentences, 4000),
    "what a server says of an error": (lambda text: failures.failure(400, reported_in(text)), 4000),
    "strip_unstorable": (strip_unstorable, 4000),
    "plain": (plain.plain, 4000),
    "words": (plain.words, 2000),
    "shingles": (lambda text: plain.shingles(text, 6), 2000),
    "languages_of": (language.languages_of, 2000),
    "identified": (language.identified, 2000),
    "foreign": (lambda text: language.foreign(text, ENGLISH), 2000),
    "complete": (sentence_boundaries.complete_length, 4000),
    "breaks_role": (lambda text: breaks_role(plain.plain(text)), 2000),
    "rule_broken": (lambda text: ReplyCheck(CONTENT, ["Hello?"]).rule_broken(text), 1500),
    "asks_nothing": (
        lambda text: [questions.asks_nothing(text, frozenset({name})) for name in questions.LANGUAGES],
        1000,
    ),
    "sentences_with_a_subject": (questions.sentences_with_a_subject, 2000),
    "what a student names": (lambda text: ReplyCheck(CONTENT, [text]).rule_broken("I have asthma, doctor."), 1000),
    "what is perhaps told": (lambda text: ReplyCheck(CONTENT, [text]).perhaps_told(text[1:]), 2000),
    "no diagnosis": (lambda text: diagnoses.only_denied(("hay", "fever"), plain.plain(text)), 2000),
    "a growing reply": (checked_while_it_grows, 1000),
    "a contradiction": (lambda text: contradicted(facts_of(FACTS), f"Do you smoke? {text}", f"No, {text}"), 1500),
    "a whole run": (_whole_run, 400),
    "what is understood of a patient's text": (lambda text: checked(additional_instructions=text), 2000),
    "what the student has said": (lambda text: ReplyCheck(CONTENT, [text, "Hi?"]).rule_broken("I cough."), 2000),
    "the language of a fallback": (lambda text: ReplyCheck(CONTENT, [text, text[1:]]).language, 2000),
    "a persona": (lambda text: _content(scenario_text=text), 2000),
    "facts": (lambda text: _content(additional_instructions=text), 2000),
    "a manner": (lambda text: _content(communication_preferences=text), 2000),
    "the words of a message": (quotes.words_of, 1500),
    "a claimed quote": (lambda text: quotes.Claim(text).found_in(quotes.words_of("How long have you had it?")), 500),
    "evidence": (_evidence, 700),
    "pleas": (pleas.plea_spans, 2000),
    "a greeting": (lambda text: doubts.only_a_greeting([text, f"hello {text}"], text), 2000),
    "a criterion's own words": (lambda text: doubts.only_own_words([text], f"{text} {text}"), 1000),
    "a comment": (_marked, 1000),
    "marking instructions": (lambda text: _marked("Well done.", text), 2000),
    "a marking": (_read, 4000),
    "a whole marking": (_whole_marking, 200),
    "sentences": (sentences, 4000),
    "features": (matching.features_of, 700),
    "phrase_stems": (matching.phrase_stems, 2000),
    "clauses": (lambda text: acts.clauses(text + "?"), 1000),
    "read_utterances": (acts.read_utterances, 600),
    "a patient's instructions": (lambda text: reply.reply(text, ASKED), 700),
    "a patient's facts": (lambda text: reply.reply(f"## What you know\n{text}", ASKED), 700),
    "a student's turn": (lambda text: reply.reply(INSTRUCTIONS, [*ASKED[:2], ("user", text)]), 300),
    "a patient's turn": (lambda text: reply.reply(INSTRUCTIONS, [*ASKED[:1], ("assistant", text), ASKED[2]]), 700),
    "manner_of": (voice.manner_of, 2000),
    "says": (_spoken, 1200),
    "a sign of danger": (lambda text: (signs.sign_in(text), signs.is_touched(text)), 500),
    "an examined turn": (_examined, 250),
    "a criterion's name": (lambda text: criteria.requirements(text, ""), 500),
    "a criterion's levels": (lambda text: criteria.requirements("Asks", f"0: no. 1: {text}. 2: {text}"), 500),
    "a call": (_called, 2000),
}

# These cache their result for a text.
CACHED = (
    plain.plain, language.languages_of, knowledge._parse_knowledge, quotes._fold_cluster, quotes.words_of,
    pleas.plea_spans, matching.phrase_stems, matching.features_of, scenario.read_scenario, criteria.requirements,
    questions.asks_nothing,
)  # fmt: skip


def forget() -> None:
    """Make the next call of a rule do all its work."""
    for function in CACHED:
        function.cache_clear()

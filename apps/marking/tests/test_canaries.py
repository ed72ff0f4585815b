"""Drawing canaries: criteria that look like the rubric's own and that nobody meets."""

import hashlib
from collections.abc import Sequence

import pytest

from apps.core.text.plain import words
from apps.marking.canaries import COUNT, draw
from apps.marking.canary_pools import POOLS
from apps.marking.criteria import PLAIN_SCALE, Criterion, Scale
from apps.marking.tests.corpora import ordinary_conversations


def rubric(*texts: tuple[str, str], scale: Scale = PLAIN_SCALE) -> list[Criterion]:
    return [Criterion(f"c{number}", name, instructions, scale) for number, (name, instructions) in enumerate(texts, 7)]


LEVELLED = rubric(
    ("Asks about smoking", "0: no. 1: asks. 2: asks how much."),
    ("Asks about work", "0: no. 1: asks where. 2: asks what."),
)
ENQUIRING = rubric(("Did the student ask about smoking?", ""), ("Did the student listen?", ""))
BARE = rubric(("Ask about smoking", ""), ("Ask about work", "Where and what."))
WIDE = rubric(("Asks about smoking", "1: no. 5: well."), ("Asks about work", "1: no. 5: well."), scale=Scale(1, 5))


POOL = POOLS["en"].topics
RUBRICS = {
    "de": rubric(
        ("Fragt nach dem Rauchen", "0: fragt nicht. 1: fragt danach. 2: fragt auch, wie viel und seit wann."),
        ("Fragt nach der Arbeit und der Familie", "0: fragt nicht. 1: fragt nach einem. 2: fragt nach beidem."),
    ),
    "fr": rubric(
        ("Demande si le patient fume", "Une question sur le tabac, avec la quantité et la durée, est comptée."),
        ("Demande ce que le patient en pense", "Une question ouverte sur les idées et les craintes du patient."),
    ),
    "es": rubric(
        ("¿Ha preguntado por el tabaco?", "Cuenta una pregunta sobre si el paciente fuma y desde cuándo."),
        ("¿Ha preguntado por la familia?", "Cuenta una pregunta sobre las enfermedades de los padres."),
    ),
    "it": rubric(
        ("Chiede se il paziente fuma", "Conta una domanda sul fumo, con la quantità e da quanto tempo."),
        ("Chiede che cosa ne pensa il paziente", "Conta una domanda aperta sulle idee e sulle paure del paziente."),
    ),
    "pt": rubric(
        ("Pergunta se o paciente fuma", "Conta uma pergunta sobre o tabaco, com a quantidade e há quanto tempo."),
        ("Pergunta o que o paciente pensa", "Conta uma pergunta aberta sobre as ideias e os receios do paciente."),
    ),
    "nl": rubric(
        ("Vraagt of de patiënt rookt", "Telt als er gevraagd wordt hoeveel de patiënt rookt en sinds wanneer."),
        ("Vraagt naar het werk", "Telt als de student vraagt wat voor werk de patiënt doet en hoe dat gaat."),
    ),
}


def seed(text: object) -> bytes:
    return hashlib.sha256(str(text).encode()).digest()


@pytest.mark.parametrize("criteria", [LEVELLED, ENQUIRING, BARE, WIDE, LEVELLED[:1], rubric(("Rauchen", ""))])
def test_a_draw_gives_two_at_places_among_the_criteria(criteria: list[Criterion]) -> None:
    for n in range(50):
        drawn = draw(seed(n), criteria, [])
        assert len({one.name for _, one in drawn}) == COUNT
        assert len({one.id for one in criteria} | {one.id for _, one in drawn}) == len(criteria) + COUNT
        assert all(one.scale == criteria[0].scale for _, one in drawn)
        assert all(0 <= place <= len(criteria) for place, _ in drawn)
        assert [place for place, _ in drawn] == sorted(place for place, _ in drawn)


def test_without_criteria_there_is_nothing_to_draw() -> None:
    assert draw(seed(1), [], []) == []


def test_the_same_seed_draws_the_same_and_another_draws_others() -> None:
    assert draw(seed(1), LEVELLED, []) == draw(seed(1), LEVELLED, [])
    assert len(names_over(200, LEVELLED)) > 0.9 * len(POOL)
    assert len({place for n in range(50) for place, _ in draw(seed(n), LEVELLED, [])}) == 3


def test_a_canary_looks_like_the_criteria_of_its_rubric() -> None:
    for _, one in draw(seed(1), LEVELLED, []):
        assert one.name.startswith("Asks ")
        assert one.instructions.startswith("0: does not ask. 1: ")
    for _, one in draw(seed(1), ENQUIRING, []):
        assert (one.name[:20], one.name[-1], one.instructions) == ("Did the student ask ", "?", "")
    for _, one in draw(seed(1), BARE, []):
        assert (one.name[:4], one.instructions) == ("Ask ", "")
    for _, one in draw(seed(1), WIDE, []):
        assert one.instructions.startswith("1: does not ask. 2: ")
        assert " 5: asks " in one.instructions


def names_over(draws: int, criteria: list[Criterion], said: Sequence[str] = ()) -> set[str]:
    return {one.name for n in range(draws) for _, one in draw(seed(n), criteria, said)}


def test_its_words_stand_nowhere_in_the_conversation_or_the_rubric() -> None:
    said = ["I keep bees, and I've a telescope.", "My stamp collection is my life."]
    drawn = names_over(
        300, rubric(("Asks about honey in the diet", ""), ("Asks about the balloon procedure", "")), said
    )
    assert not any(topic in name for name in drawn for topic in ("bees", "telescope", "stamp", "balloon"))
    assert len(drawn) > 20


def test_a_conversation_about_everything_leaves_none() -> None:
    everything = " ".join(stem for stems in POOL.values() for stem in stems)
    assert draw(seed(1), LEVELLED, [everything]) == []


def test_each_topic_is_named_by_its_own_stems() -> None:
    for topic, stems in POOL.items():
        assert any(word.startswith(stems) for word in words(topic)), topic


def test_ordinary_conversations_leave_most_of_the_pool() -> None:
    for conversation in ordinary_conversations():
        said = [one["message"] for one in conversation]
        assert len(names_over(60, LEVELLED, said)) > 0.6 * len(POOL)


@pytest.mark.parametrize("language", sorted(POOLS))
def test_each_topic_is_left_out_where_its_own_words_are_said(language: str) -> None:
    criteria = RUBRICS.get(language, LEVELLED)
    for topic in POOLS[language].topics:
        assert not any(topic in name for name in names_over(40, criteria, [f"{topic}."])), topic


@pytest.mark.parametrize("language", sorted(RUBRICS))
def test_a_canary_is_in_the_language_and_the_form_of_its_rubric(language: str) -> None:
    pool, criteria = POOLS[language], RUBRICS[language]
    first = criteria[0].name.split()[0]
    for n in range(30):
        for _, one in draw(seed(n), criteria, []):
            assert any(topic in one.name and topic in one.instructions for topic in pool.topics), one
            assert (one.name.split()[0].rstrip(","), one.name[-1] == "?") == (first, criteria[0].name[-1] == "?")


def test_a_rubric_of_an_uncertain_language_has_english_ones() -> None:
    assert all(one.name.startswith("Asks ") for _, one in draw(seed(1), rubric(("Rauchen", "")), []))

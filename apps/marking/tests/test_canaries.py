"""Drawing canaries: criteria that look like the rubric's own and that nobody meets."""

import hashlib
from collections.abc import Sequence

import pytest

from apps.core.text.plain import plain, words
from apps.marking.canaries import COUNT, draw
from apps.marking.canary_pools import LANGUAGES, pool_in
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


POOL = pool_in("en").topics
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
    "sv": rubric(
        ("Frågar om rökning", "Räknas om studenten frågar hur mycket patienten röker och sedan när."),
        ("Frågar vad patienten tror", "Räknas om det är en öppen fråga om vad patienten är rädd för."),
    ),
    "da": rubric(
        ("Spørger om rygning", "Tæller, hvis den studerende spørger, hvor meget patienten ryger, og siden hvornår."),
        ("Spørger, hvad patienten tror", "Tæller, hvis det er et åbent spørgsmål om, hvad patienten er bange for."),
    ),
    "no": rubric(
        ("Spør om røyking", "Teller hvis studenten spør hvor mye pasienten røyker og siden når."),
        ("Spør hva pasienten tror", "Teller hvis det er et åpent spørsmål om hva pasienten er redd for."),
    ),
    "fi": rubric(
        ("Kysyy tupakoinnista", "Lasketaan, jos opiskelija kysyy, kuinka paljon potilas polttaa ja mistä lähtien."),
        ("Kysyy, mitä potilas itse ajattelee", "Lasketaan, jos kysymys on avoin ja koskee sitä, mitä hän pelkää."),
    ),
    "pl": rubric(
        ("Pyta o palenie", "Liczy się, gdy student pyta, ile pacjent pali i od kiedy to robi."),
        ("Pyta, co pacjent o tym myśli", "Liczy się pytanie otwarte o to, czego pacjent się boi i co już wie."),
    ),
    "cs": rubric(
        ("Ptá se na kouření", "Počítá se, když se student ptá, kolik pacient kouří a jak dlouho už to trvá."),
        ("Ptá se, co si pacient myslí", "Počítá se otevřená otázka na to, čeho se pacient bojí a co už o tom ví."),
    ),
    "hu": rubric(
        ("Megkérdezi, hogy dohányzik-e", "Akkor jár érte pont, ha a hallgató megkérdezi, hogy mennyit és mióta."),
        ("Megkérdezi, mit gondol a beteg", "Akkor jár érte pont, ha nyitott kérdés arról, hogy mitől fél a beteg."),
    ),
    "ro": rubric(
        ("Întreabă despre fumat", "Se punctează dacă studentul întreabă cât fumează pacientul și de când."),
        ("Întreabă ce crede pacientul", "Se punctează o întrebare deschisă despre ce știe și de ce se teme."),
    ),
    "tr": rubric(
        ("Hastanın sigara içip içmediğini sorar", "Ne kadar içtiği ve ne zamandan beri içtiği de sorulursa sayılır."),
        ("Hastanın ne düşündüğünü sorar", "Bu konuda neden korktuğu ve ne bildiği için açık bir soru varsa sayılır."),
    ),
    "ru": rubric(
        ("Спрашивает о курении", "Засчитывается, если студент спрашивает, сколько и как давно он курит."),
        ("Спрашивает, что пациент думает сам", "Засчитывается открытый вопрос о том, чего он боится и что он знает."),
    ),
    "uk": rubric(
        ("Питає про куріння", "Зараховується, якщо студент питає, скільки він курить і як довго це триває."),
        ("Питає, що пацієнт думає сам", "Зараховується відкрите питання про те, чого він боїться і що він знає."),
    ),
    "el": rubric(
        ("Ρωτά για το κάπνισμα", "Μετρά αν ο φοιτητής ρωτά πόσο καπνίζει και από πότε."),
        ("Ρωτά τι πιστεύει ο ασθενής", "Μετρά μια ανοιχτή ερώτηση για το τι φοβάται και τι ξέρει."),
    ),
    "ar": rubric(
        ("يسأل عن التدخين", "تحتسب الدرجة إذا سأل الطالب عن الكمية وعن المدة."),
        ("يسأل عما يظنه المريض", "تحتسب الدرجة لسؤال مفتوح عن مخاوف المريض."),
    ),
    "zh": rubric(
        ("询问吸烟情况", "询问每天吸多少、吸了多久即可得分。"), ("询问患者自己的想法", "开放式地询问患者担心什么。")
    ),
    "ja": rubric(
        ("喫煙について確認する", "本数と期間を聞いたら加点する。"),
        ("患者自身の考えを確認する", "何を心配しているかを開かれた質問で聞く。"),
    ),
    "ko": rubric(
        ("흡연에 대해 질문한다", "얼마나 피우는지와 언제부터인지 물으면 인정한다."),
        ("환자의 생각을 질문한다", "무엇을 걱정하는지 열린 질문으로 물으면 인정한다."),
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


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_each_topic_is_left_out_where_its_own_words_are_said(language: str) -> None:
    criteria = RUBRICS.get(language, LEVELLED)
    for topic in pool_in(language).topics:
        assert not any(topic in name for name in names_over(40, criteria, [f"{topic}."])), topic


@pytest.mark.parametrize("language", sorted(RUBRICS))
def test_a_canary_is_in_the_language_and_the_form_of_its_rubric(language: str) -> None:
    pool, criteria = pool_in(language), RUBRICS[language]
    like = next(
        form
        for word, form in {**pool.questions, **pool.statements}.items()
        if pool.has_form(plain(criteria[0].name), word)
    )
    for n in range(30):
        for _, one in draw(seed(n), criteria, []):
            named = [topic for topic in pool.topics if one.name.casefold() == like.format(topic).casefold()]
            assert len(named) == 1
            assert named[0] in one.instructions


def test_a_rubric_of_an_uncertain_language_has_english_ones() -> None:
    assert all(one.name.startswith("Asks ") for _, one in draw(seed(1), rubric(("Rauchen", "")), []))

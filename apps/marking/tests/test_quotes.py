"""Quotes as models write them: what was said is found however it is written, and nothing that was not said is."""

import html
import random
from collections.abc import Callable

import pytest

from apps.marking.evidence import Transcript
from apps.marking.quotes import Claim, words_of

CASES_A_KIND = 300
SCRIPTS = {
    "english": "how long have you had that pain in your left arm and does it wake you at night Mrs O'Neil don't worry "
    "I'm Sam 37.5 degrees at 10:30 for 3 weeks B12",
    "german": "seit wann haben Sie diese Rückenschmerzen und können damit schlafen Frau Müller 12 Stunden über Größe",
    "russian": "как давно у вас болит голова и мешает ли это спать по ночам Анна 38,2 градуса",
    "arabic": "منذ متى تشعر بهذا الألم في صدرك وهل يوقظك في الليل يا أحمد 3 أسابيع",
    "hindi": "आपको यह दर्द कब से है और क्या यह रात में जगाता है श्रीमती शर्मा 3 हफ्ते",
    "korean": "언제부터 가슴이 아프셨어요 밤에도 통증이 있나요 김 선생님 3 주",
}
UNSPACED = {
    "chinese": "您什么时候开始胸口痛晚上会痛醒吗王先生家里有人得过心脏病吗",
    "japanese": "いつから胸が痛みますか夜も目が覚めますか田中さんご家族に心臓病の方はいますか",
    "thai": "คุณเริ่มเจ็บหน้าอกตั้งแต่เมื่อไรตื่นกลางคืนไหมคุณสมชาย",
    "burmese": "ရင်ဘတ်အောင့်တာဘယ်တုန်းကစတာလဲညဘက်နိုးသလား",
    "lao": "ເຈົ້າເຈັບຫນ້າເອິກແຕ່ເມື່ອໃດຕື່ນກາງຄືນບໍທ່ານສົມຊາຍ",
    "khmer": "តើអ្នកឈឺទ្រូងតាំងពីពេលណាភ្ញាក់ពេលយប់ទេលោកសុខ",
}
# Said, and the same with another number, name or negation: in each script, with its own digits.
DIFFERENT = [
    ("您每天抽20支烟吗，王先生？", ["您每天抽10支烟吗", "您每天抽2支烟吗", "您每天不抽20支烟吗", "抽20支烟吗，李先生"]),
    (
        "痛みは三日前からですか、田中さん。",
        ["痛みは二日前からですか", "三日前からではない", "からですか、山田さん"],
    ),
    ("คุณสูบบุหรี่วันละ ๒๐ มวนไหมคะ คุณสมชาย", ["คุณสูบบุหรี่วันละ ๑๐ มวน", "คุณไม่สูบบุหรี่วันละ ๒๐ มวน", "มวนไหมคะ คุณสมศรี"]),
    ("ເຈົ້າສູບຢາມື້ລະ 20 ກອກບໍ ທ່ານສົມ", ["ເຈົ້າສູບຢາມື້ລະ 10 ກອກບໍ", "ເຈົ້າບໍ່ສູບຢາມື້ລະ 20 ກອກ"]),
    ("តើអ្នកជក់បារីប៉ុន្មានដើម ២០ ទេ លោកសុខ", ["តើអ្នកជក់បារីប៉ុន្មានដើម ៣០", "តើអ្នកមិនជក់បារីប៉ុន្មានដើម ២០"]),
    ("တစ်နေ့ကို ဆေးလိပ် ၂၀ လိပ် သောက်လား ဦးအောင်", ["တစ်နေ့ကို ဆေးလိပ် ၁၀ လိပ်", "ဆေးလိပ် ၂၀ လိပ် မသောက်လား"]),
    ("हर दिन २० सिगरेट पीते हैं, शर्मा जी?", ["हर दिन १० सिगरेट पीते हैं", "हर दिन २० सिगरेट नहीं पीते हैं", "पीते हैं, वर्मा जी"]),
    ("هل تدخن ٢٠ سيجارة كل يوم يا أحمد؟", ["هل تدخن ١٠ سيجارة كل يوم", "هل لا تدخن ٢٠ سيجارة", "كل يوم يا محمد"]),
    ("Вы курите 20 сигарет в день, Анна?", ["Вы курите 2 сигарет в день", "Вы не курите 20 сигарет", "в день, Мария"]),
    (
        "Nehmen Sie 2,5 mg davon, Frau Müller?",
        ["Nehmen Sie 25 mg", "Nehmen Sie nicht 2,5 mg", "davon, Frau Möller"],
    ),
    ("You don't take 2.5 mg, Mrs Peters?", ["You do take 2.5 mg", "You don't take 25 mg", "take 2.5 mg, Mrs Petersen"]),
]
# As little as counts as a quote inside of a message, and a sign less.
SHORTEST = [
    ("您什么时候开始胸口痛的", "什么时候", "什么时"),
    ("いつから胸が痛みますか", "いつから", "いつか"),
    ("คุณเริ่มเจ็บหน้าอกเมื่อไร", "เจ็บหน้าอก", "หน้าอก"),
    ("ເຈົ້າເຈັບໜ້າເອິກແຕ່ເມື່ອໃດ", "ເຈັບໜ້າເອິກ", "ເຈັບ"),
    ("តើអ្នកឈឺទ្រូងតាំងពីពេលណា", "ឈឺទ្រូងតាំង", "ឈឺទ្រូង"),
    ("ရင်ဘတ်အောင့်တာဘယ်တုန်းကလဲ", "ရင်ဘတ်အောင့်", "ရင်ဘတ်"),
    ("How long have you had it?", "how long", "long"),
]
Spoken = list[str]
Change = Callable[[Spoken, random.Random], str]


def spoken(script: str, chance: random.Random) -> tuple[Spoken, str]:
    """The words of a message, each of them once, and the blank between them."""
    words = list(dict.fromkeys(SCRIPTS[script].split()))
    return chance.sample(words, len(words)), " "


def punctuated(words: Spoken, chance: random.Random) -> str:
    return " ".join(word + chance.choice(["", ",", ".", " –", "!", " :", ";"]) for word in words)


def marked(words: Spoken, chance: random.Random) -> str:
    place = chance.randrange(len(words))
    mark = chance.choice(["**", "*", "_", "`", "~~"])
    return " ".join([*words[:place], f"{mark}{words[place]}{mark}", *words[place + 1 :]])


SAME: dict[str, Change] = {
    "as it was said": lambda words, chance: " ".join(words),
    "in another case": lambda words, chance: " ".join(words).upper(),
    "with other points": punctuated,
    "in Markdown": marked,
    "with entities": lambda words, chance: html.escape(f'"{" ".join(words)}" & '),
    "with escaped quotes": lambda words, chance: f'\\"{" ".join(words)}\\"',
    "on several lines": lambda words, chance: "\\n".join(words) if chance.random() < 0.5 else "\n  ".join(words),
    "with a speaker": lambda words, chance: (
        f"{chance.choice(['Student', 'DOCTOR', 'Medical student', 'User', '**Student**', 'Studentin', '医学生'])}: "
        + " ".join(words)
    ),
    "with a speaker before a dash": lambda words, chance: (
        f"{chance.choice(['Student', 'Med student'])} - {' '.join(words)}"
    ),
    "with a speaker in brackets": lambda words, chance: (
        f"{chance.choice(['[Student]', '(student)', '(turn 12) (Student):', '[12] Student:'])} {' '.join(words)}"
    ),
    "with a number": lambda words, chance: (
        f"{chance.choice(['[71]', '(turn 71)', 'Turn 71:', '#71', '71.', 'T71:', 'index 71:', 'turn=71:'])} "
        + " ".join(words)
    ),
    "with its source": lambda words, chance: (
        f"{' '.join(words)} {chance.choice(['(turn 4)', '[4]', '(message 4).', '— turn 4'])}"
    ),
    "with its source and speaker": lambda words, chance: (
        f"{' '.join(words)} {chance.choice(['(Student, turn 4)', '[turn 4, student]', '— Student, turn 4'])}"
    ),
    "with escaped apostrophes": lambda words, chance: " ".join(words).replace("'", "\\'"),
    "between tags with attributes": lambda words, chance: f'<turn index="4" by=student>{" ".join(words)}</turn>',
    "between tags": lambda words, chance: f"<b>{' '.join(words)}</b>",
    "with an ellipsis around": lambda words, chance: f"... {' '.join(words)} …",
}


def without_one(words: Spoken, chance: random.Random) -> str:
    place = chance.randrange(1, len(words) - 1)
    return " ".join([*words[:place], *words[place + 1 :]])


def with_one(word: str) -> Change:
    def change(words: Spoken, chance: random.Random) -> str:
        place = chance.randrange(1, len(words))
        return " ".join([*words[:place], word, *words[place:]])

    return change


def swapped(words: Spoken, chance: random.Random) -> str:
    place = chance.randrange(len(words) - 1)
    return " ".join([*words[:place], words[place + 1], words[place], *words[place + 2 :]])


OTHER: dict[str, Change] = {
    "without a word": without_one,
    "with a negation": with_one("not"),
    "with another name": lambda words, chance: " ".join([*words[:-1], "Smith"]),
    "with another number": with_one("4"),
    "with a number that is longer": lambda words, chance: " ".join([*words, "37.55"]),
    "in another order": swapped,
    "with half a word": lambda words, chance: " ".join([*words[:-1], words[-1][: max(1, len(words[-1]) // 2)]]) + "q",
    "with parts in another order": lambda words, chance: f"{' '.join(words[4:])} ... {' '.join(words[:4])}",
    "with a part that was not said": lambda words, chance: f"{' '.join(words)} ... and I am very sorry for you",
}


@pytest.mark.parametrize("kind", SAME)
@pytest.mark.parametrize("script", SCRIPTS)
def test_what_was_said_is_found_as_it_was_said(script: str, kind: str) -> None:
    chance = random.Random(f"{script} {kind}")
    for _ in range(CASES_A_KIND // 2):
        words, blank = spoken(script, chance)
        size = chance.randint(4, min(9, len(words)))
        start = chance.randrange(len(words) - size + 1)
        piece = words[start : start + size]
        message = blank.join(words)
        [(begins, ends)] = Claim(SAME[kind](piece, chance)).found_in(words_of(message))
        assert message[begins:ends] == blank.join(piece)


@pytest.mark.parametrize("kind", OTHER)
@pytest.mark.parametrize("script", SCRIPTS)
def test_what_was_not_said_is_not_found(script: str, kind: str) -> None:
    chance = random.Random(f"{script} {kind}")
    for _ in range(CASES_A_KIND // 2):
        words, blank = spoken(script, chance)
        size = chance.randint(8, min(9, len(words)))
        start = chance.randrange(len(words) - size + 1)
        claimed = OTHER[kind](words[start : start + size], chance)
        assert Claim(claimed).found_in(words_of(blank.join(words))) == [], claimed


@pytest.mark.parametrize("script", UNSPACED)
def test_scripts_without_spaces(script: str) -> None:
    chance = random.Random(script)
    message = words_of(UNSPACED[script])
    for _ in range(CASES_A_KIND):
        size = chance.randint(8, 14)
        start = chance.randrange(len(message.words) - size)
        piece = message.words[start : start + size]
        [(begins, ends)] = Claim(f"“{''.join(piece[:3])}, {''.join(piece[3:])}.”").found_in(message)
        assert words_of(UNSPACED[script][begins:ends]).words == piece
        assert Claim("".join(reversed(piece))).found_in(message) == []
        assert Claim("".join([*piece[:3], "不", *piece[3:]])).found_in(message) == []
        assert Claim("".join([*piece[:3], *piece[4:]])).found_in(message) == []
        assert Claim(piece[0]).found_in(message) == []


@pytest.mark.parametrize(("said", "others"), DIFFERENT)
def test_a_number_a_name_or_a_negation_that_differs_is_another_text(said: str, others: list[str]) -> None:
    assert Claim(said).found_in(words_of(said))
    assert [other for other in others if Claim(other).found_in(words_of(said))] == []


@pytest.mark.parametrize(("said", "enough", "less"), SHORTEST)
def test_the_shortest_quote_fits_the_script(said: str, enough: str, less: str) -> None:
    [(begins, ends)] = Claim(enough).found_in(words_of(said))
    assert said[begins:ends].casefold() == enough
    assert Claim(less).is_short
    assert Claim(less).found_in(words_of(said)) == []
    assert Claim(less).found_in(words_of(less)) == [(0, len(less))]


def test_two_scripts_in_one_message_are_one_quote() -> None:
    said = "Haben Sie 头痛 seit Montag, 王先生? 每天 two or three times?"
    for claim in ("haben sie 头痛 seit montag", "头痛 seit Montag, 王先生", "每天 two or three times"):
        [(begins, ends)] = Claim(claim).found_in(words_of(said))
        assert said[begins:ends].casefold() == claim.casefold()
    for claim in ("haben sie 胃痛 seit montag", "每天 two or four times", "头痛 Montag 王先生"):
        assert Claim(claim).found_in(words_of(said)) == []


@pytest.mark.parametrize("script", SCRIPTS)
def test_parts_between_ellipses_are_quotes_of_their_own(script: str) -> None:
    chance = random.Random(script)
    for _ in range(CASES_A_KIND):
        words, blank = spoken(script, chance)
        first = words[:4]
        second = words[-4:]
        dots = chance.choice(["...", " ... ", " … ", " [...] ", " […] ", " (...) ", " . . . "])
        message = blank.join(words)
        spans = Claim(dots.join([" ".join(first), " ".join(second)])).found_in(words_of(message))
        assert [message[begins:ends] for begins, ends in spans] == [blank.join(first), blank.join(second)]


@pytest.mark.parametrize(
    "label", ["Student not:", "Doctor, I have no", "(Doctor, I do not)", "Student did not say:", "Nobody:", "[not]"]
)
def test_what_is_no_label_has_to_be_said(label: str) -> None:
    message = words_of("How long have you had that pain?")
    assert Claim("Student: How long have you had that pain").found_in(message)
    assert Claim(f"{label} How long have you had that pain").found_in(message) == []


def test_short_parts_have_to_be_said_too_and_are_no_evidence() -> None:
    message = words_of("Good morning, I'm Sam. How long have you had that pain, and is it bad?")
    text = "Good morning, I'm Sam. How long have you had that pain, and is it bad?"
    [(begins, ends)] = Claim("How long have you had that pain ... is it bad").found_in(message)
    assert text[begins:ends] == "How long have you had that pain"
    assert Claim("How long have you had that pain ... is it good").found_in(message) == []
    assert Claim("I'm Sam ... is it bad").found_in(message) == []


@pytest.mark.parametrize(
    ("said", "claimed"),
    [
        ("I take 1.5 mg of it", "I take 15 mg of it"),
        ("I take 1.5 mg of it", "I take 5 mg of it"),
        ("It was -5 degrees outside", "It was 5 degrees outside"),
        ("about 1/2 of the tablet", "about 12 of the tablet"),
        ("at 10:30 in the morning", "at 10 30 in the morning"),
        ("We need to talk about B12", "We need to talk about B 12"),
        ("यह दर्द कब से है", "यह दर्द कब से हो"),
        ("Mrs Peters, how is the pain", "Mrs Peter, how is the pain"),
    ],
)
def test_numbers_and_marks_are_part_of_a_word(said: str, claimed: str) -> None:
    assert Claim(said).found_in(words_of(said))
    assert Claim(claimed).found_in(words_of(said)) == []


@pytest.mark.parametrize("said", ["Hello?", "痛吗", "ใช่", "No."])
def test_a_short_message_is_quoted_as_a_whole(said: str) -> None:
    assert Claim(said).found_in(words_of(said)) == [(0, len(said.rstrip("?.")))]
    assert Claim(said).found_in(words_of(f"{said} And what else was there?")) == []


def test_parts_in_two_messages_are_no_quote() -> None:
    turns = [{"role": "user", "message": text} for text in ("How long have you had it?", "Does it wake you at night?")]
    assert Transcript(turns).verify("How long have you had it ... does it wake you at night").quotes == []

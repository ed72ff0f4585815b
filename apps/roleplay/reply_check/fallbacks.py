"""Reminders for the model's second attempt, and replies for when that fails too."""

# Added to the instructions of the second attempt, by the rule that the first one broke.
REMINDERS = {
    "role_break": "You stepped out of the part. Answer again, only as the patient.",
    "instructions_quoted": "You quoted your instructions. Answer again, in the patient's own words.",
    "diagnosis_named": "The patient does not know that diagnosis. Answer again without naming it.",
    "locked_fact": "The patient told something that was not asked for. Answer again, only what was asked.",
    "empty_reply": "The patient said nothing. Answer, as the patient, in one to three sentences.",
    "other_language": "The patient changed the language. Answer again, in the language that the student speaks.",
}

FALLBACKS = {
    "en": (
        "Sorry, doctor, I lost my thread for a moment. Could you ask me that again?",
        "I'm not sure what to say to that. What would you like to know?",
        "Sorry, could you put that another way for me?",
    ),
    "de": (
        "Entschuldigung, ich habe gerade den Faden verloren. Könnten Sie mich das noch einmal fragen?",
        "Ich weiß nicht recht, was ich dazu sagen soll. Was möchten Sie denn wissen?",
        "Entschuldigung, könnten Sie mir das anders sagen?",
    ),
    "fr": (
        "Pardon, j'ai perdu le fil un instant. Vous pouvez me reposer la question ?",
        "Je ne sais pas trop quoi vous dire. Qu'est-ce que vous voulez savoir ?",
        "Pardon, vous pouvez me le demander autrement ?",
    ),
    "es": (
        "Perdone, he perdido el hilo un momento. ¿Me lo puede volver a preguntar?",
        "No sé muy bien qué decirle. ¿Qué le gustaría saber?",
        "Perdone, ¿me lo puede decir de otra manera?",
    ),
    "it": (
        "Mi scusi, ho perso il filo per un attimo. Me lo può chiedere di nuovo?",
        "Non so bene che cosa dire. Che cosa vorrebbe sapere?",
        "Mi scusi, me lo può dire in un altro modo?",
    ),
    "nl": (
        "Sorry, ik was even de draad kwijt. Kunt u me dat nog een keer vragen?",
        "Ik weet niet goed wat ik daarop moet zeggen. Wat wilt u precies weten?",
        "Sorry, kunt u dat op een andere manier vragen?",
    ),
    "pt": (
        "Desculpe, perdi o fio à meada. Pode voltar a perguntar?",
        "Não sei bem o que dizer. O que é que gostaria de saber?",
        "Desculpe, pode perguntar isso de outra maneira?",
    ),
    "pl": (
        "Przepraszam, wątek mi uciekł. Czy mogę prosić o powtórzenie pytania?",
        "Nie wiem, co na to powiedzieć. O co dokładnie chodzi?",
        "Przepraszam, czy mogę prosić o to pytanie innymi słowami?",
    ),
    "cs": (
        "Promiňte, nějak mi to vypadlo. Můžete se mě zeptat ještě jednou?",
        "Nevím, co na to říct. Co přesně potřebujete vědět?",
        "Promiňte, můžete mi to říct jinak?",
    ),
    "sv": (
        "Förlåt, jag tappade tråden ett ögonblick. Kan du fråga det igen?",
        "Jag vet inte riktigt vad jag ska säga om det. Vad vill du veta?",
        "Förlåt, kan du säga det på ett annat sätt?",
    ),
    "da": (
        "Undskyld, jeg tabte lige tråden. Kan du spørge om det igen?",
        "Jeg ved ikke rigtig, hvad jeg skal sige til det. Hvad vil du gerne vide?",
        "Undskyld, kan du sige det på en anden måde?",
    ),
    "no": (
        "Unnskyld, jeg mistet tråden et øyeblikk. Kan du spørre om det igjen?",
        "Jeg vet ikke helt hva jeg skal si til det. Hva vil du vite?",
        "Unnskyld, kan du si det på en annen måte?",
    ),
    "fi": (
        "Anteeksi, ajatus katkesi hetkeksi. Voisitteko kysyä sen uudestaan?",
        "En oikein tiedä, mitä siihen sanoisin. Mitä haluaisitte tietää?",
        "Anteeksi, voisitteko sanoa sen toisin?",
    ),
    "hu": (
        "Elnézést, egy pillanatra elvesztettem a fonalat. Megkérdezné még egyszer?",
        "Nem is tudom, mit mondjak erre. Mit szeretne tudni?",
        "Elnézést, meg tudná ezt másképp kérdezni?",
    ),
    "ro": (
        "Scuzați-mă, am pierdut șirul pentru o clipă. Puteți să mă mai întrebați o dată?",
        "Nu prea știu ce să spun. Ce ați vrea să știți?",
        "Scuzați-mă, puteți să-mi spuneți asta altfel?",
    ),
    "tr": (
        "Pardon, bir an dalmışım. Sorunuzu tekrar eder misiniz?",
        "Buna ne diyeceğimi bilemiyorum. Tam olarak ne öğrenmek istiyorsunuz?",
        "Kusura bakmayın, bunu başka türlü sorar mısınız?",
    ),
    "el": (
        "Συγγνώμη, έχασα τον ειρμό μου για μια στιγμή. Μπορείτε να με ξαναρωτήσετε;",
        "Δεν ξέρω τι να πω γι' αυτό. Τι θα θέλατε να μάθετε;",
        "Συγγνώμη, μπορείτε να μου το πείτε αλλιώς;",
    ),
    "ru": (
        "Простите, мысль ускользнула. Можете спросить ещё раз?",
        "Даже не знаю, что на это сказать. Что вы хотите узнать?",
        "Простите, можете спросить по-другому?",
    ),
    "uk": (
        "Вибачте, думка кудись утекла. Можете запитати ще раз?",
        "Навіть не знаю, що на це сказати. Що ви хочете дізнатися?",
        "Вибачте, можете запитати інакше?",
    ),
    "he": (
        "סליחה, איבדתי לרגע את חוט המחשבה. אפשר לשאול אותי שוב?",
        "לא ברור לי מה לענות על זה. מה חשוב לך לדעת?",
        "סליחה, אפשר לשאול את זה במילים אחרות?",
    ),
    "ar": (
        "عفوًا، شردت للحظة. هل يمكن إعادة السؤال؟",
        "لا أعرف ماذا أقول عن ذلك. ما المطلوب معرفته بالضبط؟",
        "عفوًا، هل يمكن طرح السؤال بطريقة أخرى؟",
    ),
    "hi": (
        "माफ़ कीजिए, मेरा ध्यान भटक गया था। कृपया फिर से पूछिए।",
        "समझ में नहीं आ रहा कि इस पर क्या कहूँ। आपको क्या जानना है?",
        "माफ़ कीजिए, कृपया इसे दूसरे शब्दों में पूछिए।",
    ),
    "zh": (
        "对不起，我刚才走神了。您能再问一遍吗？",
        "我不知道该怎么说。您想了解什么？",
        "不好意思，您能换个说法吗？",
    ),
    "ja": (
        "すみません、ちょっとぼんやりしていました。もう一度聞いていただけますか。",
        "何と言えばいいのかわかりません。どんなことをお知りになりたいのでしょうか。",
        "すみません、別の言い方で聞いていただけますか。",
    ),
    "ko": (
        "죄송해요, 잠깐 딴생각을 했어요. 다시 한번 물어봐 주시겠어요?",
        "뭐라고 말씀드려야 할지 모르겠어요. 무엇을 알고 싶으신가요?",
        "죄송해요, 다르게 말씀해 주시겠어요?",
    ),
}


def fallback_reply(message_count: int, language: str) -> str | None:
    """A reply that avoids the question, for when two answers in a row break a rule. `message_count` varies it.

    `language` is an ISO 639-1 code. None for one that FALLBACKS lacks: nothing is said in another language.
    """
    sentences = FALLBACKS.get(language)
    return sentences[message_count % len(sentences)] if sentences else None

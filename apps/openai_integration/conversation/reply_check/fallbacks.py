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
}


def fallback_reply(message_count: int, language: str = "en") -> str:
    """A reply that avoids the question, for when two answers in a row break a rule. `message_count` varies it.

    Falls back to English for a language that FALLBACKS lacks.
    """
    sentences = FALLBACKS.get(language, FALLBACKS["en"])
    return sentences[message_count % len(sentences)]

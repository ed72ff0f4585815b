"""What lists and pages call a patient or an exercise, where no title, name or age is written."""

import re
from typing import Any

from django.urls import reverse

TITLE_MAX = 80
LANGUAGE_MAX = 40
OLDEST = 120

# "Kelly Turner, 29" or "Kelly Turner, 29, with her son": capitalised names, then whole years.
_HEAD = re.compile(r"(?P<name>[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){1,3}), (?P<age>\d{1,3})(?:,.*)?")


def first_line(text: str) -> str:
    """The first line of a text, cut at 80 characters."""
    first = text.strip().split("\n", 1)[0].strip()
    return first if len(first) <= TITLE_MAX else first[: TITLE_MAX - 1].rstrip() + "…"


def name_and_age_in(scenario_text: str) -> tuple[str, int | None]:
    """The patient's name and age in years as the text has them; "" and None rather than a guess.

    The text must have the form of the sample patients: the first line is "Name Surname, age" or goes on after another
    comma, each word of the name has a capital, and the next line begins with the same name.
    """
    first, _, rest = scenario_text.strip().partition("\n")
    head = _HEAD.fullmatch(first.strip())
    if head is None or int(head["age"]) > OLDEST:
        return "", None
    name = head["name"]
    if not all(word[0].isupper() for word in name.split()) or not re.match(rf"{re.escape(name)}\b", rest.lstrip()):
        return "", None
    return name, int(head["age"])


def shown_patient(*, scenario_text: str, title: str, name: str, age: int | None) -> dict[str, Any]:
    """Title, name and age of a patient as v2 shows them: those that are written, else those of the text."""
    name_there, age_there = ("", None) if name and age is not None else name_and_age_in(scenario_text)
    return {
        "title": title or first_line(scenario_text),
        "name": name or name_there,
        "age": age_there if age is None else age,
    }


def picture_url(scenario_id: int, digest: str | None) -> str | None:
    """The address of a scenario's picture, with a query that changes with it; None without a picture."""
    return f"{reverse('scenario-picture', kwargs={'pk': scenario_id})}?v={digest[:12]}" if digest else None

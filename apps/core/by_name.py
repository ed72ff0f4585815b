"""Rows found by their names, best first: for pickers and the search of the admin site."""

from typing import TypeVar

from django.db.models import Case, CharField, F, Func, IntegerField, Model, Q, QuerySet, Value, When

M = TypeVar("M", bound=Model)


def by_name(rows: QuerySet[M], term: str, names: tuple[str, ...], texts: tuple[str, ...] = ()) -> QuerySet[M]:
    """Rows in whose names every word of the term stands; those that begin with the term first.

    The first line of a text counts only where all `names` are blank: such a row is called by that line.
    """
    term = term.strip()
    nameless = Q(**dict.fromkeys(names, ""))
    found = rows.alias(**{f"first_of_{text}": _first_line(text) for text in texts})

    def called(lookup: str, value: str) -> Q:
        hit = _any(names, lookup, value)
        for text in texts:
            hit |= nameless & Q(**{f"first_of_{text}__{lookup}": value})
        return hit

    for word in term.split():
        found = found.filter(called("icontains", word))
    ranks = [
        When(called("istartswith", term), then=Value(0)),
        When(called("icontains", f" {term}"), then=Value(1)),
    ]
    ranked = found.alias(rank=Case(*ranks, default=Value(2), output_field=IntegerField()))
    return ranked.order_by("rank", *names, "pk")


def _first_line(text: str) -> Func:
    begun = Func(F(text), Value(" \t\r\n"), function="ltrim")
    return Func(begun, Value("\n"), Value(1), function="split_part", output_field=CharField())


def _any(names: tuple[str, ...], lookup: str, value: str) -> Q:
    hit = Q()
    for name in names:
        hit |= Q(**{f"{name}__{lookup}": value})
    return hit

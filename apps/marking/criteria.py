"""A criterion as the examiner is given it, with the scale that it is marked on."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Scale:
    """Whole scores from `lowest` to `highest`."""

    lowest: int = 0
    highest: int = 2

    @property
    def scores(self) -> range:
        return range(self.lowest, self.highest + 1)

    def nearest(self, score: int) -> int:
        """The score of the scale that is nearest to this one."""
        return max(self.lowest, min(self.highest, score))

    def __str__(self) -> str:
        return f"{self.lowest} to {self.highest}"


# Of rubric questions, and of rubrics from before there were scales.
PLAIN_SCALE = Scale()
# Criterion's id > its scale.
Scales = Mapping[str, Scale]


@dataclass(frozen=True)
class Criterion:
    """A criterion. `levels` and `anchors` are (score, text): what a score means, and what students say who get it."""

    id: str
    name: str
    instructions: str
    scale: Scale = PLAIN_SCALE
    levels: tuple[tuple[int, str], ...] = ()
    anchors: tuple[tuple[int, str], ...] = ()
    # "conversation" where only the whole conversation shows it, "turns" where quotes do.
    scope: str = "turns"

    @classmethod
    def from_frozen(cls, frozen: Mapping[str, Any]) -> Self:
        """From a criterion of a frozen rubric. Those of earlier versions have no scale, levels, anchors or scope."""
        return cls(
            id=frozen["id"],
            name=frozen["name"],
            instructions=frozen["instructions"],
            scale=Scale(
                frozen.get("lowest_score", PLAIN_SCALE.lowest), frozen.get("highest_score", PLAIN_SCALE.highest)
            ),
            levels=_by_score(frozen.get("levels", ())),
            anchors=_by_score(frozen.get("anchors", ())),
            scope=frozen.get("scope", "turns"),
        )

    @property
    def hidden_texts(self) -> Iterator[str]:
        """What students must not read of it. The name of a rubric question is hidden as instructions are."""
        yield self.instructions or self.name
        yield from (text for _, text in (*self.levels, *self.anchors))

    def for_examiner(self) -> dict[str, Any]:
        """As a part of the rubric in the examiner's instructions."""
        texts = {
            name: [{"score": score, "text": text} for score, text in texts]
            for name, texts in (("levels", self.levels), ("examples", self.anchors))
            if texts
        }
        scope = {"scope": self.scope} if self.scope == "conversation" else {}
        bounds = {"min_score": self.scale.lowest, "max_score": self.scale.highest}
        return {"id": self.id, "name": self.name, "instructions": self.instructions, **bounds, **texts, **scope}


def _by_score(texts: Iterable[Mapping[str, Any]]) -> tuple[tuple[int, str], ...]:
    return tuple(sorted((text["score"], text["text"]) for text in texts))


def criteria_schema(criteria: list[Criterion]) -> dict[str, Any]:
    """The JSON schema of an answer's list of criteria. A grammar that is made from it has to know where the list ends.

    Criteria of one scale share an entry, so the schema stays short however many criteria there are.
    """
    by_scale: dict[Scale, list[str]] = {}
    for one in criteria:
        by_scale.setdefault(one.scale, []).append(one.id)
    kinds = [_entry_schema(ids, scale) for scale, ids in by_scale.items()]
    entry = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
    return {"type": "array", "items": entry, "minItems": len(criteria), "maxItems": len(criteria)}


def _entry_schema(ids: list[str], scale: Scale) -> dict[str, Any]:
    quote = {"turn": {"type": "integer"}, "quote": {"type": "string"}}
    return closed_object(
        {
            "criterion_id": {"type": "string", "enum": ids},
            "evidence": {"type": "array", "items": closed_object(quote)},
            "comment": {"type": "string"},
            "rewrite_if_missing": {"type": "string"},
            "score": {"type": "integer", "enum": list(scale.scores)},
        }
    )


def closed_object(properties: dict[str, Any]) -> dict[str, Any]:
    """The schema of an object that has these properties, all of them and no others, as strict schemas need it."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}

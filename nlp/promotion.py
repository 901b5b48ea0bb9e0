"""Says what keeps a candidate from taking the place of the model in use: floors, scores that are worse, corrections."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp.corpus import corpus, fingerprint
from nlp.model import CATEGORIES, Model
from nlp.scoring import LABELS, LOWER_IS_BETTER, Read, Scores, read_all, scores
from records.shipped_files import content_of
from records.words import Sentiment

FLOORS = Path(__file__).parent / "floors.yaml"
_ROUNDING = 1e-9


class BadFloors(ValueError):
    """floors.yaml cannot be read; the message names the row and what is wrong."""


class ChangedSample(RuntimeError):
    """The sample is not the one that the floors were set on. The message is Chinese."""


@dataclass(frozen=True, slots=True)
class Floor:
    """What a score must reach in one place (where lower is better: what it may reach)."""

    place: str
    score: str
    bound: float

    def missed_by(self, found: Scores) -> str | None:
        """What to say where the score misses it."""
        value = float(getattr(found, self.score))
        if _better_by(self.score, value, self.bound) >= -_ROUNDING:
            return None
        side = "高于上限" if self.score in LOWER_IS_BETTER else "低于下限"
        return f"{self.place} 的{LABELS[self.score]} {value:.3f} {side} {self.bound:.3f}"


@dataclass(frozen=True, slots=True)
class NotWorse:
    """By how much a score may be worse than that of another model."""

    score: str
    by: float

    def missed_by(self, found: Scores, bar: Scores, whose: str) -> str | None:
        """What to say where it is worse than that."""
        value, old = float(getattr(found, self.score)), float(getattr(bar, self.score))
        if _better_by(self.score, value, old) >= -self.by - _ROUNDING:
            return None
        return f"{LABELS[self.score]} {value:.3f} 不如{whose}的 {old:.3f}"


def _better_by(score: str, value: float, other: float) -> float:
    return other - value if score in LOWER_IS_BETTER else value - other


@dataclass(frozen=True, slots=True)
class Measured:
    """A model's scores on the whole sample, and on each of its places."""

    whole: Scores
    places: Mapping[str, Scores]


def measured(model: Model, sample: Path) -> Measured:
    """Let the model read the sample."""
    texts = corpus(sample)
    read = read_all(model, texts)
    return Measured(
        scores(read), {place: scores([one for one in read if one[0].place == place]) for place in texts.records}
    )


@dataclass(frozen=True, slots=True)
class Floors:
    """The fixed sample with a fingerprint a place, and what a model must reach on it."""

    sample: Path
    places: Mapping[str, str]
    floors: tuple[Floor, ...]
    not_worse: tuple[NotWorse, ...]

    def check_sample(self) -> None:
        """Raises ChangedSample."""
        if {place.name: fingerprint(place) for place in self.sample.iterdir() if place.is_dir()} != self.places:
            raise ChangedSample("检验用的固定样本与底线所对应的不一致：请重新安装")

    def refusals(self, found: Measured, bars: Mapping[str, Measured]) -> list[str]:
        """Why a candidate that was measured so may not be used; empty where it may.

        `bars` are the models that it must not be worse than, by what people call them.
        """
        missed = [floor.missed_by(found.places[floor.place]) for floor in self.floors]
        worse = [one.missed_by(found.whole, bar.whole, whose) for whose, bar in bars.items() for one in self.not_worse]
        return [reason for reason in (*missed, *worse) if reason is not None]


def floors(path: Path = FLOORS) -> Floors:
    """Read floors.yaml. Raises BadFloors."""
    rows = content_of(path)
    for change in rows["changes"]:
        if not str(change.get("because") or "").strip():
            raise BadFloors(f"{path.name}: a change without `because`: {change}")
    places = {name: str(digits) for name, digits in rows["sample"]["places"].items()}
    return Floors(
        sample=path.parent / rows["sample"]["folder"],
        places=places,
        floors=tuple(_floor(row, places, f"{path.name}: floor {n}") for n, row in enumerate(rows["floors"], 1)),
        not_worse=tuple(_not_worse(row, f"{path.name}: not_worse {n}") for n, row in enumerate(rows["not_worse"], 1)),
    )


def _floor(row: Mapping[str, Any], places: Container[str], where: str) -> Floor:
    score = _score(row, where)
    bound = "most" if score in LOWER_IS_BETTER else "least"
    if set(row) != {"place", "score", bound}:
        raise BadFloors(f"{where}: needs place, score, {bound}")
    if row["place"] not in places:
        raise BadFloors(f"{where}: no place {row['place']!r} in the sample")
    return Floor(row["place"], score, float(row[bound]))


def _not_worse(row: Mapping[str, Any], where: str) -> NotWorse:
    if set(row) != {"score", "by"}:
        raise BadFloors(f"{where}: needs score, by")
    return NotWorse(_score(row, where), float(row["by"]))


def _score(row: Mapping[str, Any], where: str) -> str:
    score = row.get("score")
    if not isinstance(score, str) or score not in LABELS:
        raise BadFloors(f"{where}: no score {score!r}")
    return score


def right_verdicts(read: Read) -> int:
    """How many of the verdicts that a person gave were found: sentiment, record, and category of a negative post."""
    return sum(
        (p.sentiment is a.sentiment)
        + (p.disclosure == a.disclosure)
        + (_has_category(p.sentiment, p.category) and p.category is a.category)
        for p, a in read
    )


def verdicts(read: Read) -> int:
    """How many verdicts there were to find."""
    return sum(2 + _has_category(p.sentiment, p.category) for p, _ in read)


def _has_category(sentiment: Sentiment, category: object) -> bool:
    return sentiment is Sentiment.NEGATIVE and category in CATEGORIES

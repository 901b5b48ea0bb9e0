"""A measure (处置措施): what was done about an incident, online or offline; each entry is written once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Side(StrEnum):
    """Where a measure was taken (第四十二条（四）: 网上网下相结合)."""

    ONLINE = "online"
    OFFLINE = "offline"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {"online": "线上", "offline": "线下"}[self.value]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure, masked: what `unit` did, and when it `happened_at`. `of` is the number of one that this entry takes
    back, with the reason in `text`."""

    incident: str
    side: Side
    text: str
    unit: str
    happened_at: datetime
    at: datetime
    actor: str
    of: int | None = None
    id: int | None = None


def valid(measures: Sequence[Measure]) -> list[Measure]:
    """Those that count, in the order in which they happened: without what was taken back, and what took it back."""
    gone = {one.of for one in measures}
    return sorted((one for one in measures if one.of is None and one.id not in gone), key=lambda one: one.happened_at)


def missing(measures: Sequence[Measure]) -> list[Side]:
    """The sides on which nothing that counts is noted."""
    noted = {one.side for one in valid(measures)}
    return [side for side in Side if side not in noted]

"""The office's own catalogue of disclosure items: who made which version of it why, and what was filed with whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CatalogueDeed(StrEnum):
    """How a version came about."""

    STARTED = "started"
    ADDED = "added"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    IMPORTED = "imported"
    PUT_BACK = "put_back"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {
            "started": "启用",
            "added": "增加",
            "changed": "修改",
            "withdrawn": "撤销",
            "imported": "导入",
            "put_back": "恢复",
        }[self.value]


class FilingNoted(StrEnum):
    """What is noted of a version's filing (备案) with the level above."""

    FILED = "filed"
    ACCEPTED = "accepted"
    RETURNED = "returned"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {"filed": "已报送备案", "accepted": "已同意备案", "returned": "要求调整"}[self.value]


@dataclass(frozen=True, slots=True)
class CatalogueVersion:
    """One version, written once. `letter` is the annex whose form it has, `item` the one item that the deed was about.

    `last` is the highest number that an item of that letter ever had, so that none is given twice.
    """

    number: int
    letter: str
    title: str
    deed: CatalogueDeed
    item: str | None
    reason: str
    last: int
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class Filing:
    """One entry on the filing of a version: with whom, when, and by what it can be proved."""

    version: int
    noted: FilingNoted
    body: str
    happened_at: datetime
    proof: str
    at: datetime
    actor: str
    id: int | None = None

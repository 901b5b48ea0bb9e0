"""The half-yearly inspection (督导检查): a sheet for one unit and one half-year, and the entries on it, each written once.

Nothing here speaks of a person of the unit: what is scored is a unit's work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class SheetKind(StrEnum):
    """Who inspects: the office (H 51), or the unit itself (H 52)."""

    OFFICE = "office"
    SELF = "self"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {"office": "督导检查", "self": "自查"}[self.value]


class SheetNoted(StrEnum):
    """What an entry on a sheet notes."""

    COUNTED = "counted"
    JUDGED = "judged"
    DEVIATED = "deviated"
    FOUND = "found"
    STRUCK = "struck"
    HANDED_IN = "handed_in"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {
            "counted": "取数",
            "judged": "评分",
            "deviated": "改分",
            "found": "记问题",
            "struck": "撤销",
            "handed_in": "提交",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that counts for a figure: the row of a ledger that it is (`ref`), whether it was as it should be.

    `days_late` says of one that was done after its time by how many days begun; `what` is the matter with one that was not
    as it should be, in Chinese, without title or text of the row.
    """

    ref: str
    held: bool
    days_late: int = 0
    what: str | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """The cases of one figure, in the order of their rows."""

    figure: str
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: `rules` are those of inspection.yaml as they stood when it was begun."""

    id: int
    kind: SheetKind
    unit: str
    first: date
    last: date
    rules: Mapping[str, Any]
    begun_at: datetime
    begun_by: str


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """One entry. `check` names one of the nine; what was counted has the `figures`, a score its `points`; a finding has its
    words in `text` and what shows it in `evidence`, a struck entry is `of` another one."""

    sheet: int
    noted: SheetNoted
    at: datetime
    actor: str
    check: str | None = None
    points: float | None = None
    text: str | None = None
    evidence: str | None = None
    figures: tuple[Counted, ...] | None = None
    of: int | None = None
    id: int | None = None

"""Where a disclosure record was published, when and by whom, and whether it can still be read there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

OTHER_PLATFORM = "other"
"""The id of a platform that the desk does not know; its entry has what it is called."""


class LinkState(StrEnum):
    """What a look at a link found."""

    ANSWERS = "answers"
    GONE = "gone"
    OTHER = "other"
    UNSEEN = "unseen"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {"answers": "可打开", "gone": "打不开", "other": "内容不符", "unseen": "未能检查"}[self.value]

    @property
    def broken(self) -> bool:
        """Whether whoever answers for the record has to see to it."""
        return self in (LinkState.GONE, LinkState.OTHER)


@dataclass(frozen=True, slots=True)
class LinkLook:
    """What came of the last looks at a link: `failures` of them in a row; `told_at` when the unit was told."""

    state: LinkState
    at: datetime
    detail: str | None = None
    failures: int = 0
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """One entry of the publication log. `platform_name` is what the platform was called then; one that was taken back says
    when, by whom and why. With an `incident` it is an answer to that which was published, not the record itself."""

    id: int
    record: str
    platform: str
    platform_name: str
    published_at: datetime
    link: str | None
    noted_at: datetime
    noted_by: str
    taken_back_at: datetime | None = None
    taken_back_by: str | None = None
    reason: str | None = None
    look: LinkLook | None = None
    incident: str | None = None

    @property
    def holds(self) -> bool:
        """Whether the record itself is published there by this entry."""
        return self.taken_back_at is None and self.incident is None

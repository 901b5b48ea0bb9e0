"""Reports and published responses of an incident."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from records.papers import Paragraph
from records.words import ReportKind


class Part(StrEnum):
    """The four parts that a report must have (第四十二条（三）)."""

    ONLINE_SITUATION = "online_situation"
    PUBLIC_VIEWS = "public_views"
    MEASURES_TAKEN = "measures_taken"
    OFFLINE_EVENT = "offline_event"

    @property
    def label(self) -> str:
        """The article's words."""
        return {
            "online_situation": "网上舆情基本情况",
            "public_views": "网民观点",
            "measures_taken": "已采取的应急处置措施",
            "offline_event": "线下事件的基本情况及其处置措施",
        }[self.value]


@dataclass(frozen=True, slots=True)
class ConfirmedPart:
    """One part's text and the named person who stands for it; `paragraphs` say what its sentences rest on."""

    part: Part
    text: str
    confirmed_by: str
    confirmed_at: datetime
    paragraphs: tuple[Paragraph, ...] = ()


@dataclass(frozen=True, slots=True)
class PartVersion:
    """One version of a part of the report of that `number` (of its kind, within the incident): who wrote it, and when."""

    number: int
    part: Part
    revision: int
    text: str
    written_at: datetime
    written_by: str


@dataclass(frozen=True, slots=True)
class PartVersionHead:
    """Who wrote a version of a part when, without its text."""

    number: int
    part: Part
    revision: int
    written_at: datetime
    written_by: str


@dataclass(frozen=True, slots=True)
class Correcting:
    """That the report of this kind which is being written takes the place of a filed one, and why."""

    serial: str
    reason: str
    begun_at: datetime
    begun_by: str


@dataclass(frozen=True, slots=True)
class Report:
    """A filed report; immutable. `number` counts the reports of one kind within the incident from 1.

    `serial` is the office's own numbering, such as 惠舆情报〔2026〕12号; `file` the .docx path relative to reports/.
    `supersedes` is the serial of the report that it takes the place of, `superseded_by` of the one that took its place,
    `reason` why it does.
    """

    incident: str
    kind: ReportKind
    number: int
    serial: str
    filed_at: datetime
    filed_by: str
    parts: tuple[ConfirmedPart, ...]
    file: str
    activation: int | None = None
    supersedes: str | None = None
    reason: str | None = None
    superseded_by: str | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """A published answer: its wording, who published it, and where."""

    incident: str
    text: str
    url: str | None
    published_at: datetime
    published_by: str

"""Papers of the office beside the reports on an incident: what they say, what each sentence rests on, who signed.

A paper is drafted from the data, changed by people in versions that are all kept, signed by a person, and never changed
again; a wrong one is superseded by a new one that names it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class PaperKind(StrEnum):
    """The kinds of papers; regulation/papers.yaml has a row for each."""

    SPECIAL = "special"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    SCHEDULING = "scheduling"
    YEARLY = "yearly"
    EVALUATION = "evaluation"
    INSPECTION = "inspection"
    ASSESSMENT = "assessment"


class Ledger(StrEnum):
    """In which ledger of the desk a sentence's ground is found."""

    INCIDENT = "incident"
    POST = "post"
    RECORD = "record"
    CLOCK = "clock"
    ALERT = "alert"
    REPORT = "report"
    ANSWER = "answer"
    MEASURE = "measure"
    ACT = "act"
    SUGGESTION = "suggestion"
    PATROL = "patrol"
    CONTACT = "contact"
    DAYS = "days"
    CATALOGUE = "catalogue"
    PROPOSAL = "proposal"
    INSPECTION = "inspection"
    RECTIFICATION = "rectification"
    PERSON = "person"
    MODEL = "model"

    @property
    def label(self) -> str:
        """How the appendix names the ledger."""
        return {
            "incident": "事件台账",
            "post": "帖文",
            "record": "公开台账",
            "clock": "时限台账",
            "alert": "预警台账",
            "report": "报告台账",
            "answer": "回应台账",
            "measure": "处置措施",
            "act": "操作日志",
            "suggestion": "意见建议台账",
            "patrol": "巡查记录",
            "contact": "联系人登记",
            "days": "逐日统计",
            "catalogue": "公开目录",
            "proposal": "审签台账",
            "inspection": "督导检查台账",
            "rectification": "整改台账",
            "person": "填写人",
            "model": "语言模型草拟",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Basis:
    """What a sentence rests on: rows of one ledger. `refs` are the rows' own numbers, `words` what the appendix prints."""

    ledger: Ledger
    words: str
    refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence (with its full stop). One that states a figure or a fact names what it rests on."""

    text: str
    rests_on: tuple[Basis, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that stand in one paragraph."""

    statements: tuple[Statement, ...]

    @property
    def text(self) -> str:
        """The whole paragraph."""
        return "".join(one.text for one in self.statements)


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a title above it; every row has as many cells as the header."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    rests_on: tuple[Basis, ...] = ()


class Shape(StrEnum):
    """How a chart shows its figures."""

    BARS = "bars"
    LINES = "lines"


@dataclass(frozen=True, slots=True)
class Series:
    """The figures of one line or one set of bars, as many as the chart has labels; None where there is none."""

    name: str
    figures: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Figures to be shown as a picture. `unit` is that of the figures, such as 条."""

    title: str
    shape: Shape
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str
    rests_on: tuple[Basis, ...] = ()


Block = Paragraph | Table | Chart


@dataclass(frozen=True, slots=True)
class PaperSection:
    """One numbered part of a paper."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """What a paper says: a title and its parts."""

    title: str
    sections: tuple[PaperSection, ...]


@dataclass(frozen=True, slots=True)
class About:
    """What a paper is about: an incident, a stretch of days (both included), a unit; each where it applies."""

    incident: str | None = None
    first: date | None = None
    last: date | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class OfficePaper:
    """A paper as it stands. `revision` counts its versions from 1; what begins with `signed` is None before it is signed.

    `supersedes` is the number of the paper that this one takes the place of, `superseded_by` of the one that took its place;
    `reason` says why it does. `file` is its .docx relative to reports/.
    """

    id: int
    kind: PaperKind
    about: About
    content: Content
    revision: int
    drafted_at: datetime
    changed_at: datetime
    changed_by: str
    signed_at: datetime | None = None
    signed_by: str | None = None
    serial: str | None = None
    file: str | None = None
    supersedes: int | None = None
    superseded_by: int | None = None
    reason: str | None = None

    @property
    def signed(self) -> bool:
        """Whether a person has signed it; it never changes again."""
        return self.signed_at is not None


@dataclass(frozen=True, slots=True)
class PaperHead:
    """What decides who may read a paper: its kind, what it is about, whether it is signed, the unit that it concerns."""

    id: int
    kind: PaperKind
    about: About
    signed: bool
    unit: str | None


@dataclass(frozen=True, slots=True)
class PaperVersion:
    """One version of a paper's words: who wrote it, and when."""

    revision: int
    content: Content
    written_at: datetime
    written_by: str


@dataclass(frozen=True, slots=True)
class PaperVersionHead:
    """Who wrote a version when, without its words."""

    revision: int
    written_at: datetime
    written_by: str

"""A disclosure record: a decision that the office has published, beside which reaction is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from records.reading import BadRecord, Row, identifier, moment, optional_text, required_text, text_list
from records.words import Risk, Scope


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One version of a published record. A correction is a new version that names the old one in `explanation`.

    `withdrawn` says that its publication was taken back (第二十条); it stays on record, and reactions to it too.
    """

    id: str
    title: str
    doc_number: str | None
    published_at: datetime
    unit: str
    catalogue_item: str | None
    scope: Scope
    url: str | None
    body: str
    watch_terms: tuple[str, ...] = ()
    risk: Risk | None = None
    version: int = 1
    explanation: str | None = None
    interpretation: str | None = None
    withdrawn: bool = False

    @property
    def outward_title(self) -> str:
        """The title as it may leave the system; for a party record words that stand in for it, whoever asks."""
        return f"党内公开事项（{self.id}）" if self.scope is Scope.PARTY else self.title


def disclosure_from(row: Row) -> Disclosure:
    """Read one row of disclosures.jsonl (or of a mapped spreadsheet). Raises BadRecord."""
    record_id = identifier(row, "id")
    if record_id is None:
        raise BadRecord("缺少“id”：每条公开事项要有自己的编号")
    return Disclosure(
        id=record_id,
        title=required_text(row, "title"),
        doc_number=optional_text(row, "doc_number"),
        published_at=moment(row.get("published_at"), "published_at"),
        unit=required_text(row, "unit"),
        catalogue_item=optional_text(row, "catalogue_item"),
        scope=_scope(row.get("scope")),
        url=optional_text(row, "url"),
        body=optional_text(row, "body") or "",
        watch_terms=text_list(row, "watch_terms"),
        risk=_risk(row.get("risk")),
    )


def _scope(value: object) -> Scope:
    if isinstance(value, str) and value in set(Scope):
        return Scope(value)
    raise BadRecord("“scope”应为 public（面向社会）或 party（党内）")


def _risk(value: object) -> Risk | None:
    if value is None:
        return None
    if isinstance(value, str) and value in set(Risk):
        return Risk(value)
    raise BadRecord("“risk”应为 low、medium、high 或空（null）")

"""The town's disclosure records → rows of disclosures.jsonl, dated a few days before the town began."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from samples.town.dates import SHANGHAI, iso_date
from samples.town.reading import Record, read_texts

OFFICIAL = "http://127.0.0.1:8600"


def disclosures(
    dated: datetime, official_url: str = OFFICIAL, records: Sequence[Record] | None = None
) -> list[dict[str, Any]]:
    """Rows as the contracts name them, in order of id. `dated` is the moment from which days are counted back."""
    rows = []
    for record in read_texts().records if records is None else records:
        at = published_at(record, dated)
        rows.append(
            {
                "id": record.id,
                "title": in_year(record.title, at),
                "doc_number": None if record.doc_number is None else in_year(record.doc_number, at),
                "published_at": iso_date(at),
                "unit": record.unit,
                "catalogue_item": record.catalogue_item,
                "scope": record.scope,
                "url": None if record.scope == "party" else f"{official_url}/gongkai/{record.id}.html",
                "body": record.body,
                "watch_terms": list(record.watch_terms),
                "risk": record.risk,
            }
        )
    return rows


def published_at(record: Record, dated: datetime) -> datetime:
    """`days_before` calendar days in Asia/Shanghai before `dated`, at the record's time of day."""
    day = dated.astimezone(SHANGHAI).date() - timedelta(days=record.days_before)
    return datetime.combine(day, time.fromisoformat(record.time), tzinfo=SHANGHAI)


def in_year(text: str, at: datetime) -> str:
    """A title or document number with its year filled in."""
    return text.replace("{year}", str(at.astimezone(SHANGHAI).year))


def write_disclosures(file: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Write disclosures.jsonl."""
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")

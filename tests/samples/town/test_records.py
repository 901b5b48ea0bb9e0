"""The town's records as rows of disclosures.jsonl."""

import json
from datetime import UTC, datetime
from pathlib import Path

from records.disclosures import disclosure_from
from records.words import Scope
from samples.town.records import disclosures, write_disclosures

DATED = datetime(2027, 1, 3, 17, 0, tzinfo=UTC)  # 01:00 of the 4th in Shanghai


def test_the_desk_accepts_every_row() -> None:
    records = [disclosure_from(row) for row in disclosures(DATED)]
    assert [record.id for record in records] == ["s01", "s02", "s03", "s04", "s05", "s06"]
    assert len({record.unit for record in records}) == 6
    assert [record.id for record in records if record.scope is Scope.PARTY] == ["s06"]
    assert [record.id for record in records if record.watch_terms == ()] == ["s04"]


def test_days_are_counted_in_shanghai_and_the_year_of_a_number_is_that_of_its_day() -> None:
    rows = {row["id"]: row for row in disclosures(DATED)}
    assert rows["s06"]["published_at"] == "2026-12-31T08:30:00+08:00"
    assert rows["s06"]["title"] == "青槐县委管理干部任前公示（2026年第4号）"
    assert rows["s01"]["doc_number"] == "青党办发〔2026〕31号"


def test_only_public_records_have_an_address_on_the_official_site() -> None:
    rows = disclosures(DATED, "http://127.0.0.1:9000")
    assert {row["id"]: row["url"] for row in rows}["s01"] == "http://127.0.0.1:9000/gongkai/s01.html"
    assert [row["id"] for row in rows if row["url"] is None] == ["s06"]


def test_the_file_has_one_row_a_line(tmp_path: Path) -> None:
    rows = disclosures(DATED)
    write_disclosures(tmp_path / "d.jsonl", rows)
    lines = (tmp_path / "d.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == rows

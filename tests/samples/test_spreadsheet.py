"""The example ledger and the mapping of its columns."""

from datetime import datetime
from pathlib import Path

import yaml
from openpyxl import load_workbook

import samples

FOLDER = Path(samples.__file__).parent
FIELDS = {
    "id",
    "title",
    "doc_number",
    "published_at",
    "unit",
    "catalogue_item",
    "scope",
    "url",
    "body",
    "watch_terms",
    "risk",
}


def test_every_mapped_column_is_in_the_sheet_and_every_field_is_mapped() -> None:
    mapping = yaml.safe_load((FOLDER / "disclosures_columns.yaml").read_text(encoding="utf-8"))
    book = load_workbook(FOLDER / "disclosures.xlsx", read_only=True)
    rows = list(book.active.iter_rows(values_only=True))
    book.close()
    assert set(mapping.values()) == FIELDS
    assert set(mapping) < set(rows[0])
    assert len(rows) == 5
    read = dict(zip(rows[0], rows[1], strict=True))
    assert read["事项编号"] == "q01"
    assert read["发布时间"] == datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001 (a cell has no zone)
    assert read["公开范围"] == "面向社会"

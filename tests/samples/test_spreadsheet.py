"""The example ledger and the mapping of its columns."""

from datetime import UTC, datetime
from pathlib import Path

import samples
from casework.disclosures.importing import GoodRow, mapping_from, read_file
from records.words import Risk, Scope

FOLDER = Path(samples.__file__).parent


def test_the_desk_imports_every_row_with_the_mapping_beside_it() -> None:
    rows = list(read_file(FOLDER / "disclosures.xlsx", mapping_from(FOLDER / "disclosures_columns.yaml")))
    assert all(isinstance(row, GoodRow) for row in rows)
    records = [row.disclosure for row in rows if isinstance(row, GoodRow)]
    assert [record.id for record in records] == ["q01", "q02", "q03", "q04"]
    assert [record.scope for record in records] == [Scope.PUBLIC, Scope.PUBLIC, Scope.PARTY, Scope.PUBLIC]
    assert [record.risk for record in records] == [Risk.MEDIUM, Risk.HIGH, None, Risk.LOW]
    assert records[0].published_at == datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    assert records[0].watch_terms == ("医保缴费", "居民医保", "等待期")
    assert records[2].doc_number is None

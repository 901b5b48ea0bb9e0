"""Which packages were put away: rows come back as they were written, and a number is given once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from records.archives import ArchivePackage
from storage.store import Store
from tests.storage.making import DAY, NOON

ONE = ArchivePackage("d1", 1, 2026, "供热方案", "住建局", "2026/d1-1.zip", 9, "a" * 64, "b" * 64, None, NOON, "档案丁")
TWO = replace(ONE, number=2, file="2026/d1-2.zip", head=f"3:{'c' * 64}", made_at=NOON + DAY)
OLDER = replace(ONE, record="d0", year=2025, file="2025/d0-1.zip")


def test_packages_come_back_by_record_and_by_year(store: Store):
    with store.transaction() as t:
        for one in (TWO, ONE, OLDER):
            t.archives.add(one)
    with store.reading() as t:
        assert t.archives.of("d1") == [ONE, TWO]
        assert t.archives.all() == [OLDER, ONE, TWO]
        assert t.archives.all(2025) == [OLDER]
        assert [t.archives.next_number(record) for record in ("d1", "d0", "d9")] == [3, 2, 1]


@pytest.mark.parametrize("second", [replace(TWO, number=1), replace(TWO, file=ONE.file)])
def test_no_number_and_no_file_is_taken_twice(store: Store, second: ArchivePackage):
    with store.transaction() as t:
        t.archives.add(ONE)
    with pytest.raises(IntegrityError), store.transaction() as t:
        t.archives.add(second)

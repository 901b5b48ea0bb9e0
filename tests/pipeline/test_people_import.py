"""People come in from a spreadsheet with their first passwords; what cannot be taken in is told by its row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from pipeline import accounts
from pipeline.people_file import read_people, template
from pipeline.people_import import Imported, import_people
from pipeline.refusals import Refused
from records.people import Person
from records.spreadsheets import Unreadable
from records.words import Role
from regulation.sign_in import sign_in_rules
from storage.store import Store
from tests.pipeline.test_accounts import QUICK

NOW = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)
HEADINGS = ("姓名", "单位", "身份", "用户名")
ZHOU = Person("zhou", "周管理", Role.ADMIN)


def taken_in(store: Store, *rows: Sequence[object], by: Person | None = None) -> Imported:
    return import_people(store, read_people([HEADINGS, *rows]), NOW, by, QUICK)


def test_everybody_gets_an_account_that_must_change_its_first_password(store: Store) -> None:
    done = taken_in(store, ("王芳", None, "区委办公室", "WangFang"), ("陈杰", "区住建局", "责任单位", None))
    assert [(one.person.username, one.person.role, one.person.unit) for one in done.issued] == [
        ("wangfang", Role.OFFICE, None),
        ("u001", Role.UNIT, "区住建局"),
    ]
    for one in done.issued:
        signed = accounts.sign_in(store, one.person.username, one.password, NOW, QUICK)
        assert signed.person.must_change_password
    assert len({one.password for one in done.issued}) == 2


def test_a_bad_row_is_told_with_its_number_and_the_others_are_taken_in(store: Store) -> None:
    accounts.create(store, ZHOU, NOW, rules=QUICK)
    done = taken_in(
        store,
        ("李军", None, "值班员", "lijun"),
        (None, None, "值班员", "nobody"),
        ("赵敏", None, "主任", "zhaomin"),
        ("陈杰", None, "责任单位", "chenjie"),
        ("钱冒", None, "值班员", "zhou"),
        ("孙重", None, "值班员", "lijun"),
        ("吴名", None, "值班员", "吴名"),
    )
    assert [one.person.username for one in done.issued] == ["lijun"]
    told = {row.number: row.reason for row in done.bad}
    assert sorted(told) == [3, 4, 5, 6, 7, 8]
    for number, why in ((3, "姓名"), (4, "可写"), (5, "所属单位"), (6, "周管理"), (7, "李军"), (8, "用户名应为")):
        assert why in told[number]


def test_the_same_file_a_second_time_changes_nothing(store: Store) -> None:
    rows = (("王芳", None, "区委办公室", "wangfang"), ("陈杰", "区住建局", "责任单位", None))
    first = taken_in(store, *rows)
    again = taken_in(store, *rows)
    assert (len(first.issued), again.issued, again.known) == (2, [], 2)
    accounts.sign_in(store, "wangfang", first.issued[0].password, NOW, QUICK)


def test_no_first_password_is_in_the_database_or_the_log(store: Store) -> None:
    password = taken_in(store, ("王芳", None, "区委办公室", "wangfang")).issued[0].password
    with store.transaction() as t:
        credentials = t.people.credentials("wangfang")
        entries = t.audit.newest(10)
    assert credentials is not None
    assert password not in credentials.password
    assert [entry.act for entry in entries] == ["people_imported", "person_added"]
    assert all(password not in str(entry.detail) for entry in entries)


def test_only_an_admin_imports_people(store: Store) -> None:
    office = Person("office", "王办", Role.OFFICE)
    accounts.create(store, office, NOW, rules=QUICK)
    with pytest.raises(Refused, match="只有管理员"):
        taken_in(store, ("李军", None, "值班员", "lijun"), by=office)
    with store.reading() as t:
        assert t.people.get("lijun") is None
        assert [entry.allowed for entry in t.audit.newest(1)] == [False]


def test_a_file_without_the_columns_is_refused(store: Store) -> None:
    with pytest.raises(Unreadable, match="身份"):
        import_people(store, read_people([("姓名",), ("王芳",)]), NOW, rules=QUICK)


def test_the_template_reads_as_it_is_written(store: Store) -> None:
    headings, rows = template()
    done = import_people(store, read_people([headings, *rows]), NOW, rules=QUICK)
    assert (len(done.issued), done.bad) == (2, [])


def test_a_first_password_costs_as_much_as_the_rules_say() -> None:
    assert accounts.hashed("守望", sign_in_rules()).startswith("$argon2id$")

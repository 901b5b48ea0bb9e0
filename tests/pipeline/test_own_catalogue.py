"""The office keeps its catalogue by versions: who may, what is refused, what stays (二（二）; 二（七）6)."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.catalogue.importing import GoodItem, ReadItem
from pipeline.acts import Actor
from pipeline.own_catalogue import (
    Meant,
    Own,
    add,
    change,
    import_items,
    in_force,
    note_filing,
    own,
    start,
    withdraw,
)
from pipeline.refusals import Refused
from records.catalogues import CatalogueDeed, Filing, FilingNoted
from records.spreadsheets import BadRow
from records.words import Role
from regulation.catalogue import Item
from regulation.catalogue_file import shipped
from storage.store import Store
from tests.storage.making import HOUR, NOON

OFFICE = Actor("王芳", Role.OFFICE)
H = shipped("H")
NEW = {
    "level1": "自身建设",
    "level2": "机构设置",
    "level3": "区委全会",
    "content": "区委全会公报。",
    "way": "社会公开",
    "platform": "互联网",
    "time_limit": "随时公开",
    "unit": "区委办",
}


def meant(seen: int | None, reason: str = "职责调整", actor: Actor = OFFICE, request: str | None = None) -> Meant:
    """A change by somebody who saw that version."""
    return Meant(actor, NOON, reason, seen, request)


def started(store: Store) -> None:
    """The office begins with the first annex."""
    start(store, "H", "本区党务公开目录", meant(None, "首次编制"))


def kept(store: Store, number: int | None = None) -> Own:
    """A version that must be there."""
    with store.reading() as t:
        found = own(t, number)
    assert found is not None
    return found


def item(store: Store, item_id: str) -> Item:
    """An item of the newest version."""
    found = kept(store).catalogue.item(item_id)
    assert found is not None
    return found


def cells(one: Item, **other: str) -> dict[str, str]:
    """An item's cells, some of them otherwise."""
    return {key: one.cell(key) for key in H.form.cells} | other


def log(store: Store) -> list[tuple[str, str, bool]]:
    """Who tried what, and whether it was done."""
    with store.reading() as t:
        return [(row.actor, row.act, row.allowed) for row in t.audit.about("catalogue")]


def test_the_shipped_catalogue_holds_until_the_office_has_its_own(store: Store):
    with store.reading() as t:
        assert (own(t), in_force(t)) == (None, H)
    started(store)
    with store.reading() as t:
        assert (in_force(t).form.title, in_force(t).items) == ("本区党务公开目录", H.items)


@pytest.mark.clause("E-2(2)", "H-3")
def test_every_change_is_a_version_with_who_when_and_why(store: Store):
    started(store)
    change(store, "H10", cells(H.items[9], unit="区委办 区发改局"), meant(1, "机构改革"))
    add(store, NEW, Meant(Actor("赵敏", Role.ADMIN), NOON + HOUR, "全会要求", 2))
    withdraw(store, "H5", meant(3, "职责划出"))
    with store.reading() as t:
        versions = t.catalogues.versions()
    assert [(v.number, v.deed, v.item, v.actor, v.reason) for v in versions] == [
        (4, CatalogueDeed.WITHDRAWN, "H5", "王芳", "职责划出"),
        (3, CatalogueDeed.ADDED, "H64", "赵敏", "全会要求"),
        (2, CatalogueDeed.CHANGED, "H10", "王芳", "机构改革"),
        (1, CatalogueDeed.STARTED, None, "王芳", "首次编制"),
    ]
    assert versions[1].at == NOON + HOUR
    assert kept(store, 1).catalogue.items == H.items
    assert [len(kept(store, number).catalogue.items) for number in (1, 2, 3, 4)] == [63, 63, 64, 63]
    assert log(store) == [("王芳", "keep_catalogue", True)] * 2 + [("赵敏", "keep_catalogue", True)] + [
        ("王芳", "keep_catalogue", True)
    ]


def test_a_number_that_was_given_once_is_not_given_again(store: Store):
    started(store)
    add(store, NEW, meant(1))
    withdraw(store, "H64", meant(2))
    add(store, NEW, meant(3))
    assert kept(store).catalogue.item("H64") is None
    assert item(store, "H65").content == NEW["content"]
    start(store, "E", "另一份", meant(4))
    start(store, "H", "本区党务公开目录", meant(5))
    add(store, NEW, meant(6))
    assert item(store, "H66").content == NEW["content"]


@pytest.mark.parametrize("role", [Role.DUTY, Role.UNIT, Role.EVALUATOR])
def test_only_the_office_keeps_the_catalogue(store: Store, role: Role):
    actor = Actor("李军", role, "区住建局")
    started(store)
    with pytest.raises(Refused, match="没有权限改动公开目录"):
        withdraw(store, "H5", meant(1, actor=actor))
    with pytest.raises(Refused, match="没有权限登记备案"):
        note_filing(store, filing(), actor)
    assert len(kept(store).catalogue.items) == 63
    assert log(store)[1:] == [("李军", "keep_catalogue", False), ("李军", "file_catalogue", False)]


def test_who_saw_an_older_version_looks_again_first(store: Store):
    started(store)
    withdraw(store, "H5", meant(1))
    with pytest.raises(Refused, match=r"新的版本（第 2 版，王芳），请刷新后再改"):
        withdraw(store, "H6", meant(1))
    with pytest.raises(Refused, match="请刷新后再改"):
        start(store, "E", "另一份", meant(None))


def test_the_same_press_twice_is_one_change(store: Store):
    started(store)
    for _ in range(2):
        add(store, NEW, meant(1, request="press-1"))
    assert kept(store).version.number == 2


@pytest.mark.parametrize(
    ("reason", "told"), [("", "请填写改动的理由"), (" \n", "请填写改动的理由"), ("长" * 501, "不能超过 500 字")]
)
def test_a_change_without_a_reason_is_refused(store: Store, reason: str, told: str):
    started(store)
    with pytest.raises(Refused, match=told):
        withdraw(store, "H5", meant(1, reason))


def test_what_cannot_be_done_says_what_to_do(store: Store):
    with pytest.raises(Refused, match="请先从一份随附的目录开始"):
        add(store, NEW, meant(None))
    with pytest.raises(Refused, match="没有“Z”这份随附目录：可用 H、E"):
        start(store, "Z", "目录", meant(None))
    with pytest.raises(Refused, match="请填写目录名称"):
        start(store, "H", " ", meant(None))
    started(store)
    with pytest.raises(Refused, match="没有编号为“H77”"):
        change(store, "H77", NEW, meant(1))
    with pytest.raises(Refused, match="“公开方式”是“全体”"):
        add(store, {**NEW, "way": "全体"}, meant(1))


def good(number: int, one: Item, **other: str) -> GoodItem:
    """A row of a file."""
    return GoodItem(number, None, cells(one, **other), frozenset())


def test_a_file_becomes_one_version_and_its_bad_rows_are_named(store: Store):
    started(store)
    rows: list[ReadItem] = [
        good(2, H.items[8], unit="区发改局"),
        BadRow(3, "公开时限", "“公开时限”没有填写"),
        GoodItem(4, None, NEW, frozenset({"unit"})),
        good(5, H.items[9]),
    ]
    outcome = import_items(store, rows, meant(1, "年度修订"))
    assert (outcome.new, outcome.changed, outcome.unchanged, outcome.withdrawn, outcome.filled) == (1, 1, 1, 0, 1)
    assert [row.number for row in outcome.bad] == [3]
    assert (kept(store).version.number, kept(store).version.deed) == (2, CatalogueDeed.IMPORTED)
    assert len(kept(store).catalogue.items) == 64


def test_a_file_that_holds_alone_must_be_readable_in_every_row(store: Store):
    started(store)
    bad = BadRow(3, "公开时限", "“公开时限”没有填写")
    with pytest.raises(Refused, match="以本表为准时每行都要能读：第3行“公开时限”没有填写"):
        import_items(store, [good(2, H.items[8]), bad], meant(1), whole=True)
    with pytest.raises(Refused, match="没有一行可以导入：第3行"):
        import_items(store, [bad], meant(1))
    import_items(store, [good(2, H.items[8])], meant(1), whole=True)
    assert [one.id for one in kept(store).catalogue.items] == ["H9"]


def test_a_file_that_changes_nothing_makes_no_version(store: Store):
    started(store)
    with pytest.raises(Refused, match="没有改动"):
        import_items(store, [good(2, H.items[8])], meant(1))
    with pytest.raises(Refused, match="没有一行可以导入"):
        import_items(store, [], meant(1), whole=True)
    assert kept(store).version.number == 1


def filing(noted: FilingNoted = FilingNoted.FILED, **other: object) -> Filing:
    """An entry on the filing of the first version."""
    base = Filing(1, noted, "市委办公室", NOON - HOUR, "机要交换 12 号", NOON, "")
    return replace(base, **other)  # type: ignore[arg-type]


@pytest.mark.clause("E-2(7)6", "E-2(2)")
def test_a_filing_is_noted_with_whom_when_and_by_what_it_can_be_proved(store: Store):
    started(store)
    note_filing(store, filing(), OFFICE, "press-1")
    note_filing(store, filing(), OFFICE, "press-1")
    note_filing(store, filing(FilingNoted.RETURNED, proof="复函：第12项要改"), OFFICE)
    with store.reading() as t:
        found = t.catalogues.filings()
    assert [(one.noted, one.body, one.happened_at, one.actor) for one in found] == [
        (FilingNoted.FILED, "市委办公室", NOON - HOUR, "王芳"),
        (FilingNoted.RETURNED, "市委办公室", NOON - HOUR, "王芳"),
    ]
    assert log(store)[1:] == [("王芳", "file_catalogue", True)] * 2


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (filing(version=2), "没有第 2 版"),
        (filing(happened_at=NOON + HOUR), "备案时间不能晚于现在"),
        (filing(body=" "), "请填写备案机关"),
        (filing(proof=""), "请填写文号、收件人等凭据"),
        (filing(FilingNoted.ACCEPTED), "第 1 版还没有报送备案"),
    ],
)
def test_a_filing_that_cannot_be_is_refused(store: Store, entry: Filing, told: str):
    started(store)
    with pytest.raises(Refused, match=told):
        note_filing(store, entry, OFFICE)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 6)),
        st.tuples(st.just("withdraw"), st.integers(1, 70)),
        st.tuples(st.just("change"), st.integers(1, 70)),
        st.tuples(st.just("move"), st.integers(1, 70)),
        st.tuples(st.just("import"), st.integers(0, 62)),
        st.tuples(st.just("whole"), st.integers(1, 62)),
        st.tuples(st.just("start"), st.sampled_from([0, 1])),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(steps=STEPS)
def test_no_sequence_of_changes_alters_an_earlier_version(steps: list[tuple[str, int]], migrated_file: Path):
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(migrated_file, Path(folder) / "store.db")
        store = Store(f"sqlite:///{folder}/store.db")
        started(store)
        seen: dict[int, Own] = {}
        given_to: dict[str, set[str]] = {}
        for name, number in steps:
            newest = kept(store)
            seen[newest.version.number] = newest
            try:
                take(store, newest, name, number)
            except Refused:
                assert kept(store) == newest
        last = kept(store)
        seen[last.version.number] = last
        assert {version: kept(store, version) for version in seen} == seen
        assert sorted(seen) == list(range(1, last.version.number + 1))
        for version in seen.values():
            found = [one.id for one in version.catalogue.items]
            assert len(set(found)) == len(found)
            for one in version.catalogue.items:
                given_to.setdefault(one.id, set()).add(one.content.rstrip("改"))
        own_ids = [contents for item_id, contents in given_to.items() if int(item_id[1:]) > 85]
        assert all(len(contents) == 1 for contents in own_ids)
        store.close()


def take(store: Store, newest: Own, name: str, number: int) -> None:
    """One step of a sequence; a step that does not fit is refused."""
    who = meant(newest.version.number)
    items = newest.catalogue.items
    letter = newest.version.letter
    one = newest.catalogue.item(f"{letter}{number}") or items[number % len(items)]
    written = {key: one.cell(key) for key in newest.catalogue.form.cells}
    if name == "add":
        add(store, {**written, "content": f"新项{number}"}, who)
    elif name == "withdraw":
        withdraw(store, f"{letter}{number}", who)
    elif name == "change":
        change(store, f"{letter}{number}", {**written, "content": f"{one.content}改"}, who)
    elif name == "move":
        change(store, one.id, {**written, "level1": items[-1].level1}, who)
    elif name == "start":
        start(store, "HE"[number], "目录", who)
    else:
        row = GoodItem(2, None, {**written, "unit": f"单位{number}"}, frozenset())
        import_items(store, [row], who, whole=name == "whole")

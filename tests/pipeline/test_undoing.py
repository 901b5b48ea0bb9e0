"""Acts of administration are taken back by a new act that is logged; where something later depends on them they are not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from alerts.roster_file import GoodShift
from pipeline import accounts, own_catalogue, own_values, undoing
from pipeline.acts import Actor
from pipeline.contacts import add_contact, remove_contact
from pipeline.duty_roster import Span, cancel, import_roster, swap
from pipeline.expiry import Keeping, let_go_of_old
from pipeline.own_names import Names
from pipeline.own_rules import OfficeRules
from pipeline.refusals import Refused
from pipeline.source_acts import Change, Managing, disable_source, remove_source, save_source
from pipeline.sources import LiveSources
from pipeline.working_calendar import import_calendar, working_days
from records.duty import Shift
from records.people import Contact, Person
from records.words import Role
from regulation.duty import duty_rules
from storage.admin_changes import AdminChange
from storage.store import Store
from tests.pipeline.test_working_calendar import TABLE
from tests.storage.making import HOUR, NOON

ADMIN = Person("zhou", "周管理", Role.ADMIN)
WANG = Person("wangfang", "王芳", Role.OFFICE)
ACTOR = Actor("王芳", Role.OFFICE)
UNIT = "区住建局"
LI = Contact(UNIT, "email", "li@zj.example", "李静")
ZHAO = Contact(UNIT, "sms", "13900139000", "赵强", rank=2)
FAULTS: dict[str, Callable[[str], str | None]] = dict.fromkeys(("email", "sms"), lambda address: None)
GROUNDS = [
    Names({"name": "甲", "office_name": "乙", "letterhead": "丙", "serial_prefix": "丁", "report_to": ("戊",)}),
    OfficeRules({}),
]
ROW = {"id": "bbs", "name": "云川论坛", "kind": "feed", "channel": "forum", "url": "https://bbs.example/rss"}


@pytest.fixture
def desk(store: Store) -> Store:
    """A desk with an administrator and somebody of the office."""
    with store.transaction() as t:
        for person in (ADMIN, WANG):
            t.people.add(person, "x" * 20, NOON)
    return store


def newest(store: Store) -> AdminChange:
    with store.reading() as t:
        return t.admin_changes.newest(1)[0]


def undo(store: Store, change: AdminChange | None = None, person: Person = ADMIN, hours: float = 1) -> None:
    seq = (change or newest(store)).seq
    undoing.undo(store, seq, person, NOON + hours * HOUR, GROUNDS, f"撤销 {seq} {hours}")


def contacts(store: Store) -> set[str]:
    with store.reading() as t:
        return {one.address for one in t.people.contacts_of(UNIT)}


def roster(store: Store) -> list[tuple[str, float, float]]:
    with store.reading() as t:
        found = t.duty.between(UNIT, NOON - 100 * HOUR, None)
    return [(one.name, (one.begins_at - NOON) / HOUR, (one.ends_at - NOON) / HOUR) for one in found]


def managing(store: Store, tmp_path: Path) -> Managing:
    (tmp_path / "sources.yaml").write_text(yaml.safe_dump({"sources": []}), "utf-8")
    return Managing(LiveSources(store, tmp_path / "sources.yaml"), (), lambda url, allowed: None)


def test_a_contact_that_was_removed_is_there_again_and_the_log_holds_no_address(desk: Store) -> None:
    for one in (LI, ZHAO):
        add_contact(desk, one, NOON, FAULTS)
    remove_contact(desk, LI, NOON, WANG)
    undo(desk, person=WANG)
    assert contacts(desk) == {LI.address, ZHAO.address}
    with desk.reading() as t:
        assert LI in t.people.contacts_of(UNIT)
        entry = t.audit.newest(1)[0]
        assert (entry.act, entry.actor, entry.subject) == ("change_undone", "王芳", UNIT)
        assert all("@" not in str(one.detail) for one in t.audit.newest(10))


def test_what_was_changed_again_is_not_taken_back_until_the_later_change_is(desk: Store) -> None:
    add_contact(desk, LI, NOON, FAULTS)
    first = newest(desk)
    add_contact(desk, ZHAO, NOON, FAULTS)
    second = newest(desk)
    with pytest.raises(Refused, match="这之后又有改动"):
        undo(desk, first)
    assert contacts(desk) == {LI.address, ZHAO.address}
    undo(desk, second)
    undo(desk, first)
    assert contacts(desk) == set()


def test_an_undo_is_itself_taken_back_and_nothing_is_taken_back_twice(desk: Store) -> None:
    add_contact(desk, LI, NOON, FAULTS)
    first = newest(desk)
    undo(desk)
    with pytest.raises(Refused, match="已经撤销过了"):
        undo(desk, first, hours=2)
    undo(desk, hours=3)
    assert contacts(desk) == {LI.address}


def test_a_second_click_of_one_request_changes_nothing(desk: Store) -> None:
    add_contact(desk, LI, NOON, FAULTS)
    first = newest(desk)
    for _ in range(2):
        undo(desk, first)
    with desk.reading() as t:
        assert [one.act for one in t.audit.newest(5)] == ["change_undone", "contact_added"]


def test_a_swap_and_an_import_of_duty_to_come_are_taken_back(desk: Store) -> None:
    for one in (LI, ZHAO):
        add_contact(desk, one, NOON, FAULTS)
    shifts = [Shift(UNIT, "李静", NOON + 24 * HOUR, NOON + 48 * HOUR)]
    import_roster(desk, [GoodShift(2, one) for one in shifts], ACTOR, NOON, duty_rules())
    imported = newest(desk)
    swap(desk, Span(UNIT, NOON + 30 * HOUR, NOON + 40 * HOUR), "李静", "赵强", "开会", ACTOR, NOON)
    assert [name for name, _, _ in roster(desk)] == ["李静", "赵强", "李静"]
    undo(desk)
    assert roster(desk) == [("李静", 24, 48)]
    cancel(desk, Span(UNIT, NOON + 24 * HOUR, NOON + 48 * HOUR), "放假", ACTOR, NOON, stop=True)
    undo(desk)
    with desk.reading() as t:
        assert t.duty.has_roster(UNIT)
    undo(desk, imported)
    assert roster(desk) == []


def test_duty_that_has_begun_is_not_changed_any_more(desk: Store) -> None:
    for one in (LI, ZHAO):
        add_contact(desk, one, NOON, FAULTS)
    import_roster(desk, [GoodShift(2, Shift(UNIT, "李静", NOON, NOON + 10 * HOUR))], ACTOR, NOON, duty_rules())
    swap(desk, Span(UNIT, NOON + 2 * HOUR, NOON + 10 * HOUR), "李静", "赵强", "开会", ACTOR, NOON)
    with pytest.raises(Refused, match="已经开始"):
        undo(desk, hours=3)
    assert [name for name, _, _ in roster(desk)] == ["李静", "赵强"]


def test_a_source_that_was_added_switched_off_or_removed_is_as_it_was(desk: Store, tmp_path: Path) -> None:
    deps = managing(desk, tmp_path)
    admin = Actor("周管理", Role.ADMIN)
    save_source(deps, ROW, Change(admin, NOON))
    added = newest(desk)
    disable_source(deps, "bbs", Change(admin, NOON, 1))
    undo(desk)
    assert [one.enabled for one in deps.sources.current().sources] == [True]
    remove_source(deps, "bbs", Change(admin, NOON, 3))
    assert deps.sources.current().find("bbs") is None
    undo(desk)
    found = deps.sources.current().find("bbs")
    assert found is not None
    assert found.row["url"] == ROW["url"]
    with pytest.raises(Refused, match="没有权限"):
        undo(desk, added, WANG)


@pytest.mark.clause("E-2(5)1")
def test_a_table_of_days_off_that_was_imported_is_taken_away_again(desk: Store) -> None:
    import_calendar(desk, TABLE, ACTOR, NOON)
    with desk.reading() as t:
        assert 2027 in working_days(t).imported
    undo(desk, person=WANG)
    with desk.reading() as t:
        assert 2027 not in working_days(t).imported


def test_an_account_is_as_it_was_but_for_its_password_and_its_sessions_end(desk: Store) -> None:
    chen = Person("chenjie", "陈杰", Role.UNIT, UNIT)
    first = accounts.create(desk, chen, NOON, ADMIN)
    accounts.change(desk, "chenjie", replace(chen, role=Role.DUTY, unit=None), NOON, ADMIN)
    token = accounts.sign_in(desk, "chenjie", first, NOON + timedelta(minutes=5)).token
    undo(desk)
    with desk.reading() as t:
        found = t.people.get("chenjie")
    assert found is not None
    assert (found.role, found.unit) == (Role.UNIT, UNIT)
    assert accounts.whoami(desk, token, NOON + HOUR) is None
    accounts.disable(desk, "chenjie", NOON, ADMIN)
    undo(desk, hours=2)
    assert accounts.sign_in(desk, "chenjie", first, NOON + 2 * HOUR).person.active
    with desk.reading() as t:
        assert "password" not in str([(one.before, one.after) for one in t.admin_changes.newest(9)])


def test_the_last_administrator_is_not_undone_away(desk: Store) -> None:
    accounts.change(desk, "wangfang", replace(WANG, role=Role.ADMIN), NOON, ADMIN)
    promoted = newest(desk)
    accounts.disable(desk, "zhou", NOON, replace(WANG, role=Role.ADMIN))
    with pytest.raises(Refused, match="最后一个"):
        undo(desk, promoted, replace(WANG, role=Role.ADMIN))


@pytest.mark.clause("E-2(2)")
def test_a_change_of_the_own_catalogue_is_taken_back_by_a_new_version(desk: Store) -> None:
    own_catalogue.start(desk, "H", "本区目录", own_catalogue.Meant(ACTOR, NOON, "启用", None))
    started = newest(desk)
    with desk.reading() as t:
        kept = own_catalogue.own(t)
    assert kept is not None
    own_catalogue.withdraw(desk, kept.catalogue.items[0].id, own_catalogue.Meant(ACTOR, NOON, "不再公开", 1))
    undo(desk, person=WANG)
    with desk.reading() as t:
        back = own_catalogue.own(t)
    assert back is not None
    assert (back.version.number, back.version.deed.label) == (3, "恢复")
    assert back.catalogue.items == kept.catalogue.items
    with pytest.raises(Refused, match="这之后又有改动"):
        undo(desk, started)


@pytest.mark.parametrize(("ground", "name", "after"), [(0, "name", "新名"), (1, "telling.digest_seconds", 60)])
def test_an_own_value_is_taken_back_and_its_own_page_knows_of_it(
    desk: Store, ground: int, name: str, after: Any
) -> None:
    chosen = GROUNDS[ground]
    with desk.reading() as t:
        now = chosen.standing({})[name].now
    own_values.change(desk, chosen, {name: now}, {name: after}, "试行", ACTOR, NOON)
    change = newest(desk)
    undo(desk, person=WANG)
    with desk.reading() as t:
        assert chosen.own(t) == {}
        assert own_values.history(t, chosen)[0].reason == f"撤销第 {change.seq} 行的改动"


def test_what_is_taken_back_on_the_page_of_the_value_shows_as_taken_back(desk: Store) -> None:
    own_values.change(desk, GROUNDS[1], {"telling.digest_most": 20}, {"telling.digest_most": 9}, "试行", ACTOR, NOON)
    with desk.reading() as t:
        [made] = own_values.history(t, GROUNDS[1])
    own_values.undo(desk, GROUNDS[1], made, ACTOR, NOON)
    with desk.reading() as t:
        rows = undoing.recent(t, WANG, GROUNDS, 10)
    assert [row.obstacle for row in rows] == [None, f"已由第 {made.seq + 1} 行撤销"]


def test_the_list_says_who_when_and_why_and_what_cannot_be_taken_back(desk: Store) -> None:
    add_contact(desk, LI, NOON, FAULTS, WANG)
    add_contact(desk, ZHAO, NOON, FAULTS, WANG)
    own_values.change(desk, GROUNDS[0], {"name": "甲"}, {"name": "新名"}, "机构改革", ACTOR, NOON)
    with desk.reading() as t:
        rows = undoing.recent(t, WANG, GROUNDS, 10)
    assert [(row.entry.act, row.entry.actor, row.obstacle) for row in rows] == [
        ("change_names", "王芳", None),
        ("contact_added", "wangfang", None),
        ("contact_added", "wangfang", "后来又有改动"),
    ]
    assert rows[0].entry.detail["reason"] == "机构改革"


def test_nobody_sees_or_takes_back_what_they_could_not_have_done(desk: Store) -> None:
    chen = Person("chenjie", "陈杰", Role.UNIT, UNIT)
    accounts.create(desk, chen, NOON, ADMIN)
    accounts.disable(desk, "chenjie", NOON, ADMIN)
    with desk.reading() as t:
        assert undoing.recent(t, WANG, GROUNDS, 10) == []
        assert len(undoing.recent(t, ADMIN, GROUNDS, 10)) == 1
    with pytest.raises(Refused, match="没有权限"):
        undo(desk, person=WANG)
    with desk.reading() as t:
        assert t.audit.newest(1)[0].allowed is False


def test_after_its_time_a_change_is_let_go_with_what_it_held(desk: Store) -> None:
    add_contact(desk, LI, NOON, FAULTS)
    old = newest(desk)
    keeping = Keeping(undo=timedelta(days=90))
    let_go_of_old(desk, keeping, NOON + timedelta(days=90))
    assert newest(desk) == old
    let_go_of_old(desk, keeping, NOON + timedelta(days=90, seconds=1))
    with desk.reading() as t:
        assert t.admin_changes.newest(1) == []
    with pytest.raises(Refused, match="不能撤销"):
        undo(desk, old)

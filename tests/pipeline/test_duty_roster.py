"""The roster is imported, swapped and cancelled by those who may; what cannot stand is refused with its reason (第四十一条)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from alerts.roster_file import GoodShift, ReadShift
from pipeline.acts import Actor
from pipeline.duty_roster import Imported, Span, cancel, import_roster, said, swap, uncovered
from pipeline.refusals import Refused
from records.duty import Shift
from records.people import Contact
from records.spreadsheets import BadRow
from records.words import Level, Role
from regulation.duty import duty_rules
from storage.store import Store
from tests.storage.making import HOUR, NOON

RULES = duty_rules()
UNIT = "区住建局"
OFFICE = Actor("王芳", Role.OFFICE)
OWN = Actor("陈杰", Role.UNIT, UNIT)
STRANGER = Actor("刘洋", Role.UNIT, "区教体局")


@pytest.fixture(autouse=True)
def contacts(store: Store) -> None:
    names = [("张三", Level.DUTY), ("李四", Level.DUTY), ("局长", Level.HEAD)]
    with store.transaction() as t:
        t.people.set_contacts(UNIT, [Contact(UNIT, "email", f"{n}@zj.example", n, level=level) for n, level in names])
        t.people.set_contacts(
            "office",
            [
                Contact("office", "email", "d@qw.example", "李军"),
                Contact("office", "sms", "13900139000", "书记", level=Level.LEADER),
            ],
        )


def shift(name: str, begin: float, end: float, recipient: str = UNIT) -> Shift:
    return Shift(recipient, name, NOON + begin * HOUR, NOON + end * HOUR)


def load(store: Store, *shifts: Shift | BadRow, actor: Actor = OFFICE, replace: bool = False) -> Imported:
    rows: list[ReadShift] = [
        one if isinstance(one, BadRow) else GoodShift(number, one) for number, one in enumerate(shifts, 2)
    ]
    return import_roster(store, rows, actor, NOON, RULES, replace=replace)


def roster(store: Store, recipient: str = UNIT) -> list[tuple[str, float, float]]:
    with store.reading() as t:
        found = t.duty.between(recipient, NOON - 1000 * HOUR, None)
    return [(one.name, (one.begins_at - NOON) / HOUR, (one.ends_at - NOON) / HOUR) for one in found]


def reasons(outcome: Imported) -> list[tuple[int, str]]:
    return [(row.number, row.reason) for row in outcome.bad]


@pytest.mark.clause("H-41")
def test_good_rows_are_written_and_bad_ones_named(store: Store):
    outcome = load(
        store,
        shift("张三", 0, 12),
        shift("李四", 12, 24),
        shift("王五", 24, 36),
        shift("李四", 11, 13),
        shift("张三", 30, 30),
        shift("张三", 40, 400),
        shift("张三", 24, 36, "区水务局"),
        shift("书记", 0, 12, "office"),
        BadRow(99, "单位", "“单位”没有填写"),
    )
    assert (outcome.new, outcome.unchanged) == (2, 0)
    assert roster(store) == [("张三", 0, 12), ("李四", 12, 24)]
    told = dict(reasons(outcome))
    assert "“王五”不在区住建局的联系人里（现有 局长、张三、李四）" in told[4]
    assert told[5].startswith("与第2行的“张三”（")
    assert told[5].endswith("重叠：同一时间只排一人")
    assert told[6] == "结束时间应晚于开始时间"
    assert told[7] == "一班超过 192 小时：请核对日期"
    assert told[8].startswith("区水务局没有一位登记了姓名的联系人")
    assert "“书记”不在区委办公室的联系人里" in told[9]
    assert told[99] == "“单位”没有填写"


def test_the_same_file_again_changes_nothing(store: Store):
    load(store, shift("张三", 0, 12))
    assert (load(store, shift("张三", 0, 12)).unchanged, roster(store)) == (1, [("张三", 0, 12)])


def test_a_row_that_contradicts_the_roster_is_left_out_unless_the_file_is_to_hold(store: Store):
    load(store, shift("张三", 0, 24))
    outcome = load(store, shift("李四", 6, 12), shift("李四", 24, 30))
    assert outcome.new == 1
    assert "与值班表上已有的“张三”" in outcome.bad[0].reason
    assert load(store, shift("李四", 6, 12), replace=True).new == 1
    assert roster(store) == [("张三", 0, 6), ("李四", 6, 12), ("张三", 12, 24), ("李四", 24, 30)]


def test_an_empty_file_is_refused_and_noted(store: Store):
    with pytest.raises(Refused, match="没有一行"):
        load(store)
    with store.reading() as t:
        (entry,) = t.audit.about("duty")
    assert (entry.act, entry.allowed) == ("import_duty", False)


def test_a_unit_changes_its_own_roster_only(store: Store):
    assert load(store, shift("张三", 0, 12), actor=OWN).new == 1
    outcome = load(store, shift("李四", 12, 24), actor=STRANGER)
    assert reasons(outcome) == [(2, "您不能改区住建局的值班表，只能改本单位的")]
    with pytest.raises(Refused, match="没有权限导入"):
        load(store, shift("李四", 12, 24), actor=Actor("李军", Role.DUTY))


@pytest.mark.clause("H-41")
def test_a_swap_gives_the_stated_span_over_with_reason_and_by_whom(store: Store):
    load(store, shift("张三", 0, 12))
    taken = swap(store, Span(UNIT, NOON + 4 * HOUR, NOON + 20 * HOUR), "张三", "李四", "开会", OWN, NOON)
    assert roster(store) == [("张三", 0, 4), ("李四", 4, 12)]
    assert [(one.instead_of, one.reason) for one in taken] == [("张三", "开会")]
    with store.reading() as t:
        entry = t.audit.about(UNIT)[-1]
    assert (entry.act, entry.actor, entry.detail["from"], entry.detail["to"], entry.detail["reason"]) == (
        "swap_duty", "陈杰", "张三", "李四", "开会",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "to", "begin", "end", "reason", "told"),
    [
        ("张三", "王五", 0, 12, "开会", "应是区住建局另一位"),
        ("张三", "张三", 0, 12, "开会", "应是区住建局另一位"),
        ("李四", "张三", 0, 12, "开会", "“李四”在这段时间里没有班"),
        ("张三", "李四", 0, 12, "  ", "请填写理由"),
        ("张三", "李四", -5, 0, "开会", "已经过去"),
        ("张三", "李四", 5, 4, "开会", "已经过去"),
    ],
)
def test_a_swap_that_cannot_be_is_refused(
    store: Store, name: str, to: str, begin: float, end: float, reason: str, told: str
):
    load(store, shift("张三", -6, 12))
    with pytest.raises(Refused, match=told):
        swap(store, Span(UNIT, NOON + begin * HOUR, NOON + end * HOUR), name, to, reason, OWN, NOON)
    assert roster(store) == [("张三", -6, 12)]


def test_what_has_passed_of_a_shift_is_not_rewritten(store: Store):
    load(store, shift("张三", -6, 12))
    swap(store, Span(UNIT, NOON - 6 * HOUR, NOON + 12 * HOUR), "张三", "李四", "生病", OFFICE, NOON)
    assert roster(store) == [("张三", -6, 0), ("李四", 0, 12)]


@pytest.mark.parametrize("actor", [STRANGER, Actor("赵敏", Role.EVALUATOR)])
def test_others_swap_and_cancel_nothing(store: Store, actor: Actor):
    load(store, shift("张三", 0, 12))
    span = Span(UNIT, NOON, NOON + 12 * HOUR)
    with pytest.raises(Refused, match="没有权限"):
        swap(store, span, "张三", "李四", "开会", actor, NOON)
    with pytest.raises(Refused, match="没有权限"):
        cancel(store, span, "撤班", actor, NOON)
    assert roster(store) == [("张三", 0, 12)]


def holes(store: Store) -> Sequence[str]:
    with store.reading() as t:
        return [said(recipient, hole) for recipient, hole in uncovered(t, NOON, RULES)]


@pytest.mark.clause("H-41")
def test_a_hole_within_a_day_is_said_and_a_later_one_is_not(store: Store):
    load(store, shift("张三", -6, 12), shift("李四", 14, 30))
    assert holes(store) == ["区住建局值班表 4月11日 08:00 至 4月11日 10:00 没有人值班"]


def test_a_roster_that_has_run_out_is_a_hole_until_it_is_stopped(store: Store):
    load(store, shift("张三", -100, -50))
    assert len(holes(store)) == 1
    cancel(store, Span(UNIT, NOON, NOON + HOUR), "不再排班", OFFICE, NOON, stop=True)
    assert holes(store) == []
    load(store, shift("李四", 0, 24))
    assert holes(store) == []
    cancel(store, Span(UNIT, NOON + 20 * HOUR, NOON + 30 * HOUR), "撤班", OFFICE, NOON)
    assert roster(store)[-1] == ("李四", 0, 20)
    assert len(holes(store)) == 1


def test_whoever_is_on_the_roster_and_can_no_longer_be_reached_is_a_hole_by_name(store: Store):
    load(store, shift("张三", 0, 24))
    with store.transaction() as t:
        t.people.set_contacts(UNIT, [Contact(UNIT, "email", "b@zj.example", "李四")])
    assert "值班的“张三”没有登记联系方式" in holes(store)[0]

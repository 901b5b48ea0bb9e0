"""What was done online and offline: noted by permission, masked, taken into reports, and asked for at the closing."""

from __future__ import annotations

from datetime import datetime

import pytest

from nlp.admission import without_personal_data
from pipeline import measures
from pipeline.acts import Actor, attempt
from pipeline.meant import Meant
from pipeline.measures import Taken
from pipeline.refusals import Refused
from records.actions import Act, Action
from records.measures import Measure, Side, valid
from records.reports import Part
from records.words import Role
from storage.store import Store
from tests.pipeline.known_answers import HOUR, NOON
from tests.pipeline.prepared import prepared
from tests.pipeline.test_checklists import OTHER, OWN
from tests.pipeline.test_incident_spread import OFFICE
from tests.pipeline.test_incident_view import DEPS, FIRST, town


def noted(store: Store) -> list[Measure]:
    with store.reading() as t:
        return valid(t.measures.of_incident(FIRST))


def note(
    store: Store,
    side: Side = Side.OFFLINE,
    text: str = "抢修供热管道",
    actor: Actor = OFFICE,
    request: str | None = None,
    at: datetime = NOON,
) -> None:
    taken = Taken(side, text, "住建局", at)
    measures.note(store, Meant(FIRST, actor, NOON + HOUR, request), taken, without_personal_data)


def close(store: Store, **more: str) -> None:
    attempt(store, Action(NOON + 2 * HOUR, "王芳", Act.CLOSE, {"incident": FIRST, **more}), OFFICE, DEPS)


def test_a_measure_is_kept_masked_with_its_unit_and_time_and_logged(store: Store):
    town(store)
    note(store, text="已联系住户，电话13800138000", actor=OWN)
    (one,) = noted(store)
    assert "13800138000" not in one.text
    assert (one.side, one.unit, one.happened_at, one.actor) == (Side.OFFLINE, "住建局", NOON, "陈杰")
    with store.reading() as t:
        entry = t.audit.about(FIRST)[-1]
    assert (entry.act, entry.detail["side"]) == ("note_measure", "offline")


@pytest.mark.clause("H-42(4)")
def test_closing_needs_measures_on_both_sides_or_a_reason(store: Store):
    town(store)
    with pytest.raises(Refused, match="没有登记线上、线下措施"):
        close(store)
    note(store)
    with pytest.raises(Refused, match="没有登记线上措施"):
        close(store)
    note(store, Side.ONLINE, "公布抢修进度")
    close(store)


def test_a_reason_closes_without_measures(store: Store):
    town(store)
    close(store, reason="只是咨询，已电话答复")
    with store.reading() as t:
        assert t.audit.about(FIRST)[-1].detail["reason"] == "只是咨询，已电话答复"


def test_what_was_taken_back_counts_no_more(store: Store):
    town(store)
    note(store)
    note(store, Side.ONLINE, "公布抢修进度")
    number = noted(store)[0].id
    assert number is not None
    with pytest.raises(Refused, match="理由"):
        measures.take_back(store, Meant(FIRST, OFFICE, NOON + HOUR), number, " ", without_personal_data)
    for _ in range(2):
        measures.take_back(store, Meant(FIRST, OFFICE, NOON + HOUR, "r1"), number, "登记有误", without_personal_data)
    assert len(noted(store)) == 1
    with pytest.raises(Refused, match="已经作废"):
        measures.take_back(store, Meant(FIRST, OFFICE, NOON + HOUR), number, "登记有误", without_personal_data)
    with pytest.raises(Refused, match="没有登记线下措施"):
        close(store)


def test_a_report_tells_the_measures_of_each_side_in_its_part(store: Store):
    town(store)
    note(store, Side.ONLINE, "公布抢修进度。")
    note(store, Side.OFFLINE, "抢修供热管道")
    parts = prepared(store, FIRST, NOON + 2 * HOUR)
    assert "住建局公布抢修进度。" in parts[Part.MEASURES_TAKEN]
    assert "住建局抢修供热管道。" in parts[Part.OFFLINE_EVENT]
    assert "抢修供热管道" not in parts[Part.MEASURES_TAKEN]


@pytest.mark.parametrize(("text", "at"), [(" ", NOON), ("抢修", NOON + 2 * HOUR)])
def test_nothing_at_all_and_what_is_still_to_come_is_refused(store: Store, text: str, at: datetime):
    town(store)
    with pytest.raises(Refused):
        note(store, text=text, at=at)
    assert noted(store) == []


@pytest.mark.parametrize("actor", [OTHER, Actor("赵敏", Role.EVALUATOR)])
def test_others_may_not_and_their_attempt_is_audited(store: Store, actor: Actor):
    town(store)
    with pytest.raises(Refused, match="没有权限"):
        note(store, actor=actor)
    with store.reading() as t:
        assert not t.audit.about(FIRST)[-1].allowed
    assert noted(store) == []


def test_a_second_click_notes_nothing_twice(store: Store):
    town(store)
    for _ in range(2):
        note(store, request="r1")
    assert len(noted(store)) == 1

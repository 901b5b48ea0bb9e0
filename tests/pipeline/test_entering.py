"""What is entered by hand is masked like a crawled post, once, and only by those who may."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlp.admission import admit, without_personal_data
from pipeline.acts import Actor
from pipeline.entering import enter_incident, enter_post
from pipeline.refusals import Refused
from records.actions import Act, Action
from records.posts import RawPost
from records.words import Channel, Role
from storage.store import Store
from tests.pipeline.known_answers import HOUR, KEEP, NOON
from tests.pipeline.test_acts import Desk

WATCH = Actor("李军", Role.DUTY)


def heard(text: str) -> RawPost:
    return RawPost("hand-1", "telephone", Channel.HOTLINE, None, None, text, NOON, NOON)


def test_what_was_heard_is_masked_before_it_is_stored_and_waits_to_be_judged(store: Store):
    enter_post(store, heard("来电反映暖气不热，电话13912345678，请回复"), WATCH, NOON, KEEP, admit)
    with store.reading() as t:
        post = t.posts.get("hand-1")
        assert post is not None
        assert "13912345678" not in post.text
        assert "暖气不热" in post.text
        assert t.posts.waiting_count() == 1


def test_a_double_click_enters_it_once(store: Store):
    for at in (NOON, NOON + HOUR):
        enter_post(store, heard("来电反映暖气不热"), WATCH, at, KEEP, admit)
    with store.reading() as t:
        assert t.posts.count() == 1
        assert [entry.act for entry in t.audit.newest(10)] == ["enter_post"]


def test_a_reader_may_not_enter_anything_and_the_try_is_audited(store: Store):
    with pytest.raises(Refused):
        enter_post(store, heard("来电反映暖气不热"), Actor("赵敏", Role.EVALUATOR), NOON, KEEP, admit)
    with store.reading() as t:
        assert t.posts.count() == 0
        assert [(entry.act, entry.allowed) for entry in t.audit.newest(10)] == [("enter_post", False)]


def test_nothing_but_space_is_refused(store: Store):
    with pytest.raises(Refused, match="没有录入"):
        enter_post(store, heard("  \n "), WATCH, NOON, KEEP, admit)


@pytest.mark.clause("H-41")
def test_an_incident_entered_by_hand_keeps_no_telephone_number_in_its_name_or_reason(store: Store, tmp_path: Path):
    desk = Desk(store, tmp_path / "reports")
    args = {"title": "井盖缺失，来电13912345678", "reason": "张三来电13912345678", "unit": None}
    number = enter_incident(store, Action(NOON, "李军", Act.CONFIRM, args), WATCH, desk.deps, without_personal_data)
    with store.reading() as t:
        kept = [desk.get(number).title, *(str(entry.detail) for entry in t.audit.about(number))]
    assert "井盖缺失" in kept[0]
    assert "13912345678" not in "".join(kept)


def test_an_incident_is_entered_by_those_alone_who_may(store: Store, tmp_path: Path):
    desk = Desk(store, tmp_path / "reports")
    action = Action(NOON, "赵敏", Act.CONFIRM, {"title": "井盖缺失", "reason": "来电"})
    with pytest.raises(Refused):
        enter_incident(store, action, Actor("赵敏", Role.EVALUATOR), desk.deps, without_personal_data)

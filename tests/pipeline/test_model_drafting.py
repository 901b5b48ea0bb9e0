"""A language model may draft where the settings name one: it gets masked posts alone, and its words must be rewritten by a person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from alerts.posting import Poster
from nlp.admission import without_personal_data
from pipeline import reporting
from pipeline.acts import Actor
from pipeline.model_drafting import MOST_POSTS, TO_CHECK, Writer, suggest
from pipeline.refusals import Refused
from pipeline.reporting import NotReady
from records.incidents import Incident
from records.papers import Ledger
from records.reports import Part
from records.words import Role
from storage.store import Store
from tests.alerts.vendor import Vendor
from tests.pipeline.test_reporting import HOUR, INITIAL, NOON, UNIT, incident, quoted

__all__ = ["incident"]
AT = NOON + HOUR
VIEWS = Part.PUBLIC_VIEWS


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    with Vendor() as made:
        made.answers = [(200, answer("一是停暖时间长，联系人13812345678；\n二是没有通知。"))]
        yield made


def answer(words: object) -> bytes:
    return json.dumps({"choices": [{"message": {"content": words}}]}).encode()


def writer(vendor: Vendor, key: str | None = None, seconds: float = 5) -> Writer:
    return Writer(f"{vendor.url}/v1/chat", "m", key, Poster(timedelta(seconds=seconds), vendor.private_hosts))


def asked(
    store: Store,
    incident: Incident,
    by: Writer,
    part: Part = VIEWS,
    actor: Actor = UNIT,
    revision: int | None = None,
) -> str:
    with store.transaction() as t:
        before = reporting.prepare(t, incident.id, INITIAL, AT, find_views=quoted)[part]
    seen = before.revision if revision is None else revision
    suggest(store, incident.id, INITIAL, part, actor, AT, by, without_personal_data, seen)
    with store.reading() as t:
        return t.reports.parts(incident.id, INITIAL)[part].text


def test_its_words_stand_under_a_mark_that_keeps_the_part_from_being_confirmed(
    store: Store, incident: Incident, vendor: Vendor
):
    text = asked(store, incident, writer(vendor, "geheim"))
    own, _, drafted = text.partition(f"{TO_CHECK}\n")
    assert own.startswith("截至")
    assert drafted.splitlines()[1] == "二是没有通知。"
    assert "13812345678" not in text
    assert vendor.got[0].headers["Authorization"] == "Bearer geheim"
    with pytest.raises(NotReady, match="待责任单位补充"), store.transaction() as t:
        reporting.confirm_part(t, incident.id, INITIAL, VIEWS, text, UNIT, AT, without_personal_data)
    with store.transaction() as t:
        reporting.confirm_part(t, incident.id, INITIAL, VIEWS, f"{own}二是没有通知。", UNIT, AT, without_personal_data)
        said = [one for each in t.reports.parts(incident.id, INITIAL)[VIEWS].paragraphs for one in each.statements]
    assert [one.ledger for one in said[-1].rests_on] == [Ledger.MODEL]


def test_it_gets_masked_texts_alone(store: Store, incident: Incident, vendor: Vendor):
    with store.transaction() as t:
        for post in t.posts.many(one.post_id for one in t.incidents.members(incident.id)).values():
            t.connection.exec_driver_sql(
                f"UPDATE post SET text = '请联系王大力 13912345678，已停暖三天' WHERE id = '{post.id}'"
            )
    asked(store, incident, writer(vendor))
    (got,) = vendor.got
    sent = got.row["messages"][1]["content"]
    assert "已停暖三天" in sent
    assert "13912345678" not in sent
    assert "王大力" not in sent
    assert incident.title not in sent
    assert sent.count("帖文") <= MOST_POSTS + 2


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ((500, b"{}"), "语言模型出错（500）"),
        ((401, b"{}"), "语言模型拒收（401）"),
        ((200, b"[]"), "答复里没有文字"),
        ((200, answer("")), "答复里没有文字"),
        ((200, answer(["x"])), "答复里没有文字"),
    ],
)
def test_where_it_fails_the_draft_stays_and_the_fault_is_named(
    store: Store, incident: Incident, vendor: Vendor, given: tuple[int, bytes], told: str
):
    vendor.answers = [given]
    with pytest.raises(Refused, match=told):
        asked(store, incident, writer(vendor))
    with store.reading() as t:
        assert t.reports.parts(incident.id, INITIAL)[VIEWS].revision == 1


def test_an_inner_address_that_the_settings_do_not_name_is_never_asked(
    store: Store, incident: Incident, vendor: Vendor
):
    outside = Writer(vendor.url, "m", None, Poster(timedelta(seconds=5)))
    with pytest.raises(Refused, match="内网"):
        asked(store, incident, outside)
    assert vendor.got == []


@pytest.mark.parametrize(
    ("part", "actor", "revision", "told"),
    [
        (Part.MEASURES_TAKEN, UNIT, None, "不由模型起草"),
        (VIEWS, Actor("评估", Role.EVALUATOR), None, "不能对这个事件"),
        (VIEWS, UNIT, 9, "刚被他人修改"),
    ],
)
def test_nothing_goes_out_where_it_is_not_wanted(
    store: Store, incident: Incident, vendor: Vendor, part: Part, actor: Actor, revision: int | None, told: str
):
    with pytest.raises(Refused, match=told):
        asked(store, incident, writer(vendor), part, actor, revision)
    assert vendor.got == []
    if actor is not UNIT:
        with store.reading() as t:
            assert [one.actor for one in t.audit.about(incident.id) if not one.allowed] == [actor.name]


def test_there_must_be_posts(store: Store, incident: Incident, vendor: Vendor):
    with store.transaction() as t:
        t.connection.exec_driver_sql("DELETE FROM member")
    with pytest.raises(Refused, match="没有可供归纳的帖文"):
        asked(store, incident, writer(vendor))
    assert vendor.got == []

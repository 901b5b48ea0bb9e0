"""The timeline of an incident holds everything that happened, for whoever may know of it."""

from __future__ import annotations

from casework.incidents.timeline import AlikeCorrections, Event, Kind
from pipeline import upward
from pipeline.acts import attempt
from pipeline.answering import APPROVE, WRITE
from pipeline.correcting import Asked, correct
from pipeline.dismissing import correct_all
from pipeline.incident_timeline import Stored, deliveries_of, incident_timeline
from pipeline.upward import DECIDE, Meant
from records.actions import Act, Action
from records.alerts import Alert
from records.co_units import CoUnit
from records.corrections import Verdict
from records.words import Category, Role, Sentiment
from regulation.upward import upward_rules
from storage.store import Store
from tests.pipeline.answered import approved
from tests.pipeline.known_answers import HOUR, NOON
from tests.pipeline.test_incident_spread import OFFICE
from tests.pipeline.test_incident_view import DEPS, FIRST, town
from tests.pipeline.test_views import HOUSING, OFFICER, SCHOOLS


def kinds(events: list[Event[Stored]] | None) -> list[Kind]:
    assert events is not None
    return [one.kind for one in events]


def test_posts_the_rule_and_the_alerts_stand_in_their_order(store: Store):
    town(store)
    with store.reading() as t:
        found = incident_timeline(t, OFFICER, FIRST)
    assert kinds(found) == [Kind.POSTS, Kind.ALERT, Kind.ALERT, Kind.JUDGEMENT]


def test_an_alert_stands_with_its_deliveries(store: Store):
    town(store)
    with store.reading() as t:
        found = incident_timeline(t, OFFICER, FIRST, [Kind.ALERT])
        assert found is not None
        sent = deliveries_of(t, found)
    assert len(found) == 2
    assert all(isinstance(one.about, Alert) and len(sent[one.about.key]) == 1 for one in found)


def test_acts_answers_units_and_corrections_are_of_their_own_kinds(store: Store):
    town(store)
    approved(store, FIRST, "已派人处理", NOON)
    for act, args in (
        (Act.CONFIRM, {}),
        (Act.SET_CATEGORY, {"category": "emergency", "reason": "现场情况"}),
        (Act.PUBLISH_RESPONSE, {"text": "已派人处理"}),
    ):
        attempt(store, Action(NOON + HOUR, "王芳", act, {"incident": FIRST, **args}), OFFICE, DEPS)
    seen = Verdict(Sentiment.NEGATIVE, "d1", Category.PUBLIC_INTEREST)
    said = Verdict(Sentiment.NEGATIVE, "d1", Category.EMERGENCY)
    correct(store, Asked("v1", 1, seen, said, "说的是现场"), OFFICE, NOON + 2 * HOUR)
    with store.reading() as t:
        found = incident_timeline(t, OFFICER, FIRST)
    assert found is not None
    assert kinds(found)[:4] == [Kind.JUDGEMENT, Kind.RESPONSE, Kind.ACT, Kind.JUDGEMENT]
    assert [one.kind for one in found if one.at == NOON + HOUR].count(Kind.RESPONSE) == 1


def test_a_correction_by_which_a_post_leaves_the_incident_stands_on_its_timeline(store: Store):
    judge = town(store)
    seen = Verdict(Sentiment.NEGATIVE, "d1", Category.PUBLIC_INTEREST)
    correct(store, Asked("v1", 1, seen, Verdict(Sentiment.NEUTRAL, "d1", None), "只是询问"), OFFICE, NOON + HOUR)
    judge.judge()
    with store.reading() as t:
        assert "v1" not in [one.post_id for one in t.incidents.members(FIRST)]
        found = incident_timeline(t, OFFICER, FIRST, [Kind.JUDGEMENT])
    assert found is not None
    assert [one.about.made.reason for one in found if isinstance(one.about, AlikeCorrections)] == ["只是询问"]


def test_all_posts_of_a_dismissed_incident_corrected_at_once_are_one_line(store: Store):
    town(store)
    dismissed = Action(NOON + HOUR, "王芳", Act.DISMISS, {"incident": FIRST, "why": "other_matter"})
    attempt(store, dismissed, OFFICE, DEPS)
    correct_all(store, FIRST, OFFICE, NOON + 2 * HOUR)
    with store.reading() as t:
        found = incident_timeline(t, OFFICER, FIRST, [Kind.JUDGEMENT])
    assert found is not None
    assert [one.about.posts for one in found if isinstance(one.about, AlikeCorrections)] == [4]


def test_what_was_told_upward_shows_only_to_who_may_see_that_ledger(store: Store):
    town(store)
    meant = Meant(FIRST, "city_office", OFFICE, NOON + HOUR, "r1")
    upward.decide(store, meant, False, "影响限于一个小区", upward_rules())
    with store.reading() as t:
        assert Kind.UPWARD in kinds(incident_timeline(t, OFFICER, FIRST))
        unit = incident_timeline(t, HOUSING, FIRST)
    assert unit is not None
    assert "影响限于一个小区" not in repr(unit)


def test_a_unit_that_helps_reads_neither_of_drafts_nor_of_refused_reports_upward(store: Store):
    town(store)
    with store.transaction() as t:
        t.co_units.name(CoUnit(FIRST, "教育局", NOON, "王芳", "涉及校园"))
        for act, allowed, facts in (
            (APPROVE, True, {"noted": "returned", "reason": "第二段说错了"}),
            (WRITE, True, {"noted": "written"}),
            (DECIDE, False, {"reason": "按规定必须上报"}),
        ):
            t.audit.append(NOON + HOUR, "王芳", Role.OFFICE, act, FIRST, allowed, facts)
    with store.reading() as t:
        office, helper = (incident_timeline(t, one, FIRST) for one in (OFFICER, SCHOOLS))
    assert helper is not None
    for told in ("第二段说错了", "written", "按规定必须上报"):
        assert told in repr(office)
        assert told not in repr(helper)


def test_another_unit_gets_no_timeline(store: Store):
    town(store)
    with store.reading() as t:
        assert incident_timeline(t, SCHOOLS, FIRST) is None

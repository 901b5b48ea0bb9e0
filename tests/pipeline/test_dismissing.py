"""A dismissal says why; where its posts were read wrongly, one press corrects all of them, and "no need" teaches nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.reports.document import Letterhead
from pipeline.acts import Actor, Deps, attempt
from pipeline.dismissing import correct_all
from pipeline.incident_view import IncidentPage, incident_page
from pipeline.learning import to_learn
from pipeline.notify import page_only
from pipeline.refusals import Refused
from records.actions import Act, Action
from records.corrections import Verdict
from records.incidents import Incident
from records.people import Person
from records.words import Category, Channel, Role, Sentiment
from storage.store import Store
from tests.pipeline.known_answers import HOUR, NOON
from tests.pipeline.test_correcting import CALM, DUTY, UNIT, Corrected, on

OFFICER = Person("lijun", "李军", Role.DUTY)
ON_D1_CALM = Verdict(Sentiment.NEUTRAL, "d1", None)
NOWHERE = on(None)


class Dismissed(Corrected):
    """A town whose people dismiss."""

    def act(self, incident: Incident, act: Act, **args: str) -> None:
        letterhead = Letterhead("舆情专报", "惠舆情报", "区委、区政府", "区委办公室")
        deps = Deps(self.rules, page_only, Path("reports"), letterhead)
        attempt(self.store, Action(NOON + HOUR, "李军", act, {"incident": incident.id, **args}), DUTY, deps)

    def correct_all(self, incident: Incident, actor: Actor = DUTY, request: str | None = None) -> None:
        correct_all(self.store, incident.id, actor, NOON + 2 * HOUR, request)
        self.judge()

    def page(self, incident: Incident, person: Person = OFFICER) -> IncidentPage:
        with self.store.reading() as t:
            page = incident_page(t, person, incident.id)
        assert page is not None
        return page

    def said(self) -> list[tuple[str, Verdict]]:
        """What people said of which posts."""
        with self.store.reading() as t:
            return [(one.post_id, one.after) for one in t.corrections.all()]


@pytest.fixture
def town(store: Store) -> Dismissed:
    return Dismissed(store)


@pytest.mark.clause("H-42(1)")
def test_the_reason_is_one_of_the_list_and_stands_in_the_log(town: Dismissed):
    incident = town.three()
    with pytest.raises(Refused, match="没有“boredom”这个排除原因"):
        town.act(incident, Act.DISMISS, why="boredom")
    town.act(incident, Act.DISMISS, why="other_matter", reason="说的是邻区")
    page = town.page(incident)
    assert page.dismissal is not None
    assert (page.dismissal.label, page.wrongly_read) == ("说的是别的事", 3)
    with town.store.reading() as t:
        last = t.audit.about(incident.id)[-1]
    assert last.detail["reason"] == "说的是别的事；说的是邻区"


@pytest.mark.parametrize(("why", "verdict"), [("not_negative", ON_D1_CALM), ("other_matter", NOWHERE)])
def test_one_press_corrects_what_was_wrong_of_every_post(town: Dismissed, why: str, verdict: Verdict):
    incident = town.three()
    town.act(incident, Act.DISMISS, why=why)
    town.correct_all(incident)
    assert town.said() == [(f"p{number}", verdict) for number in range(3)]
    assert town.page(incident).wrongly_read == 0
    assert town.posts(incident) == ["p0", "p1", "p2"]
    with town.store.reading() as t:
        assert all((one.reason or "").startswith(f"排除事件 {incident.id}：") for one in t.corrections.all())
        assert t.audit.about(incident.id)[-1].detail["posts"] == 3


def test_no_need_to_act_teaches_nothing(town: Dismissed):
    incident = town.three()
    town.act(incident, Act.DISMISS, why="no_need")
    assert town.page(incident).wrongly_read == 0
    with pytest.raises(Refused, match="只有因研判有误而排除"):
        town.correct_all(incident)
    assert town.said() == []


def test_copies_are_corrected_with_their_original_and_learned_once(town: Dismissed):
    incident = town.three()
    town.come("c0", copy_of="p0", channel=Channel.NEWS)
    town.act(incident, Act.DISMISS, why="not_negative")
    assert town.page(incident).wrongly_read == 4
    town.correct_all(incident)
    assert town.read("c0") == [(ON_D1_CALM, True)]
    with town.store.reading() as t:
        assert [one.post_id for one in to_learn(t).corrections] == ["p0", "p1", "p2"]
        assert t.audit.about(incident.id)[-1].detail["posts"] == 4


def test_later_copies_open_the_incident_no_more(town: Dismissed):
    incident = town.three()
    town.act(incident, Act.DISMISS, why="not_negative")
    town.correct_all(incident)
    for number in range(3):
        town.come(f"c{number}", NOON + 3 * HOUR, copy_of=f"p{number}")
    assert town.ongoing("d1") is None


def test_what_a_person_said_of_a_post_of_it_stays(town: Dismissed):
    incident = town.three()
    town.correct("p1", on("d1", Category.EMERGENCY))
    town.act(incident, Act.DISMISS, why="not_negative")
    town.correct_all(incident)
    assert town.read("p0", "p1") == [(ON_D1_CALM, True), (on("d1", Category.EMERGENCY), True)]


def test_the_same_request_corrects_once_and_a_second_press_has_nothing_left(town: Dismissed):
    incident = town.three()
    town.act(incident, Act.DISMISS, why="other_matter")
    for _ in range(2):
        town.correct_all(incident, request="r1")
    assert len(town.said()) == 3
    with pytest.raises(Refused, match="没有需要更正的帖文"):
        town.correct_all(incident, request="r2")


def test_what_was_reopened_is_corrected_post_by_post(town: Dismissed):
    incident = town.three()
    town.act(incident, Act.DISMISS, why="not_negative")
    town.act(incident, Act.REOPEN, reason="又有反映")
    assert town.page(incident).dismissal is None
    with pytest.raises(Refused, match="只有因研判有误而排除"):
        town.correct_all(incident)


def test_who_may_not_correct_is_not_led_to_it_and_is_refused(town: Dismissed):
    incident = town.three()
    town.act(incident, Act.DISMISS, why="not_negative")
    assert town.page(incident, Person("zhaomin", "赵敏", Role.EVALUATOR)).wrongly_read == 0
    with pytest.raises(Refused, match="没有权限"):
        town.correct_all(incident, actor=UNIT)
    assert town.read("p0") == [(on("d1"), False)]


def test_a_post_that_is_read_as_it_should_be_is_left_alone(town: Dismissed):
    incident = town.three()
    town.correct("p2", CALM)
    town.act(incident, Act.DISMISS, why="not_negative")
    town.correct_all(incident)
    assert town.said() == [("p2", CALM), ("p0", ON_D1_CALM), ("p1", ON_D1_CALM)]

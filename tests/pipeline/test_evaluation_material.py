"""The figures of an evaluation are those of the raw rows, counted a second time here; a played scenario gives a plausible one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from statistics import median_low

import pytest
from sqlalchemy import text

from casework.evaluation.drafting import draft
from casework.evaluation.scoring import facts_of, score
from pipeline import evaluating, own_values
from pipeline.acts import Deps, attempt
from pipeline.evaluation_material import course_of
from pipeline.notify import page_only
from pipeline.own_rules import OfficeRules
from records.actions import Act, Action
from records.incidents import Incident
from records.papers import Content, Table
from records.people import Person
from records.risks import Judged, RiskAssessment, RiskForm
from records.spans import span
from records.words import Risk, Role
from storage.store import Store
from tests.pipeline.evaluated import BY, CHIEF, HOUSING, LETTERHEAD, OWED, Evaluated, played
from tests.pipeline.known_answers import DAY, HOUR, NOON
from tests.pipeline.test_correcting import CALM, on

CHINA = timezone(timedelta(hours=8))
END = datetime(2026, 4, 11, 10, tzinfo=CHINA)
CLOSINGS = [(datetime(2026, 4, 11, 9, tzinfo=CHINA), "d09")]
MINUTE = timedelta(minutes=1)
DAYS = "time_limits.evaluation.days"


@dataclass
class Played:
    """The heating outage, played to its end with one closing, and the evaluation of what was closed."""

    store: Store
    incident: Incident
    content: Content

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with self.store.reading() as t:
            return [tuple(row) for row in t.connection.execute(text(query), {"id": self.incident.id})]

    def moments(self, query: str) -> list[datetime]:
        """The moments that the store keeps as whole microseconds."""
        return [datetime.fromtimestamp(int(str(row[0])) / 1e6, UTC) for row in self.rows(query)]

    def table(self, title: str) -> dict[str, tuple[str, ...]]:
        return {row[0]: row[1:] for row in self.every_row(title)}

    def every_row(self, title: str) -> list[tuple[str, ...]]:
        blocks = [block for section in self.content.sections for block in section.blocks]
        (found,) = [block for block in blocks if isinstance(block, Table) and block.title == title]
        return list(found.rows)

    def said(self, heading: str) -> str:
        (section,) = [one for one in self.content.sections if one.heading == heading]
        return "".join(
            block.text for block in section.blocks if not isinstance(block, Table) and hasattr(block, "text")
        )


@pytest.fixture(scope="module")
def heating(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    folder = tmp_path_factory.mktemp("heating")
    store = Store(f"sqlite:///{folder / 'desk.db'}")
    store.migrate()
    played(store, "heating_outage", CLOSINGS, folder, END)
    with store.reading() as t:
        (incident,) = t.incidents.of_disclosure("d09")
        content = draft(course_of(t, incident, END, BY), BY.rules, BY.calming)
    yield Played(store, incident, content)
    store.close()


def shown(at: datetime) -> str:
    local = at.astimezone(CHINA)
    return f"{local.month}月{local.day}日 {local.hour:02d}:{local.minute:02d}"


MEMBERS = "member JOIN incident ON incident.gathering = member.gathering AND incident.id = :id"
POSTS = f"{MEMBERS} JOIN post ON post.id = member.post_id"


@pytest.mark.clause("H-45")
def test_the_timeline_has_the_moments_of_the_rows(heating: Played):
    (published,) = heating.moments(f"SELECT MIN(post.published_at) FROM {POSTS}")
    (first,) = heating.moments(f"SELECT MIN(member.seen_at) FROM {MEMBERS}")
    (opened,) = heating.moments("SELECT opened_at FROM incident WHERE id = :id")
    (called,) = heating.moments(
        "SELECT MIN(at) FROM severity_change WHERE incident = :id AND severity = 'major_emergency'"
    )
    (confirmed,) = heating.moments("SELECT MIN(at) FROM audit WHERE subject = :id AND act = 'confirm' AND allowed")
    (started,) = heating.moments("SELECT started_at FROM deadline WHERE incident = :id AND kind = 'initial_report'")
    (answered,) = heating.moments("SELECT MIN(published_at) FROM response WHERE incident = :id")
    (closed,) = heating.moments("SELECT closed_at FROM incident WHERE id = :id")
    table = heating.table("时间线")
    expected = {
        "首帖发布": published,
        "发现": first,
        "立案": opened,
        "应启动预案": called,
        "核实": confirmed,
        "启动预案": started,
        "首次回应": answered,
        "办结": closed,
    }
    assert {name: table[name][0] for name in expected} == {name: shown(at) for name, at in expected.items()}
    assert table["启动预案"][1] == span(started - published)


@pytest.mark.clause("H-45")
def test_calm_is_the_last_post_after_which_a_day_would_still_have_been_lively(heating: Played):
    seen = sorted(heating.moments(f"SELECT member.seen_at FROM {MEMBERS}"))
    seen += heating.moments(
        "SELECT post.seen_at FROM post JOIN assessment ON assessment.post_id = post.id "
        "WHERE assessment.disclosure = 'd09' AND sentiment = 'negative' "
        "AND post.seen_at > (SELECT closed_at FROM incident WHERE id = :id) ORDER BY post.seen_at"
    )
    counts = {at: sum(at <= other <= at + DAY for other in seen) for at in seen}
    lively = [at for at, count in counts.items() if count > 0.10 * max(counts.values())]
    assert heating.table("时间线")["平息"][0] == shown(max(lively))


@pytest.mark.clause("H-45")
def test_every_clock_of_the_rows_stands_in_the_table_with_its_own_limit(heating: Played):
    rows = heating.rows(
        "SELECT started_at, due_at, ended_at, state FROM deadline WHERE incident = :id "
        "AND kind NOT IN ('revisit', 'evaluation') ORDER BY started_at, id"
    )
    found = heating.every_row("各项时限")
    assert len(found) == len(rows) >= 4
    for (started, due, ended, state), row in zip(rows, found, strict=True):
        begun, until, done = (datetime.fromtimestamp(int(str(at)) / 1e6, UTC) for at in (started, due, ended))
        assert row[2:4] == (shown(begun), shown(until))
        if state == "met":
            assert row[4] == shown(done)
            late = "按时" if done <= until else f"超时{span(done - until)}"
            assert row[5] == f"{late}，用时{span(done - begun)}"


@pytest.mark.clause("H-45")
def test_alerts_and_when_they_arrived_are_those_of_the_rows(heating: Played):
    before = "alert.incident = :id AND alert.at <= (SELECT closed_at FROM incident WHERE id = :id)"
    counted = heating.rows(
        f"SELECT kind, recipient, COUNT(*) FROM alert WHERE {before} AND state != 'suppressed' GROUP BY kind, recipient"
    )
    names = {"opened": "新事件", "severity_raised": "等级上升", "plan_started": "启动预案", "reminder": "首报提醒"}
    names |= {"unacknowledged": "未签收", "climbed": "逐级提醒", "overdue": "首报超时", "escalated": "首报督办"}
    told = {(row[0], row[1]): row[2] for row in heating.every_row("预警和提醒")}
    assert told == {
        (names[str(kind)], "区委办公室" if recipient == "office" else str(recipient)): str(count)
        for kind, recipient, count in counted
    }
    assert f"共发出提醒{sum(int(str(row[2])) for row in counted)}条，未送达0条" in heating.said("预警与签收")
    rounds = heating.moments(
        "SELECT ended_at FROM deadline WHERE incident = :id AND kind LIKE 'acknowledgement.%' ORDER BY started_at"
    )
    assert [row[3] for row in heating.every_row("签收")] == [shown(at) for at in rounds]
    assert [row[4] for row in heating.every_row("签收")] == ["值班员甲", "区委办值班室"]


def test_the_lag_of_each_source_is_counted_again(heating: Played):
    lags: dict[str, list[timedelta]] = {}
    for source, published, seen in heating.rows(f"SELECT post.source, post.published_at, member.seen_at FROM {POSTS}"):
        lags.setdefault(str(source), []).append(timedelta(microseconds=int(str(seen)) - int(str(published))))
    assert heating.table("从发布到发现") == {
        source: (str(len(each)), span(median_low(each)), span(max(each)), str(sum(one >= HOUR for one in each)))
        for source, each in lags.items()
    }


@pytest.mark.clause("H-45")
def test_the_score_adds_up_from_its_own_table(heating: Played):
    rows = [row for row in heating.every_row("评分明细") if row[2] != "不计"]
    given, possible = sum(float(row[2]) for row in rows), sum(int(row[1]) for row in rows)
    assert f"＝{100 * given / possible:.1f}分" in heating.said("评分")
    assert 70 < 100 * given / possible < 95, "well handled, one acknowledgement late, no measures noted"


@pytest.fixture
def town(store: Store, tmp_path: Path) -> Evaluated:
    return Evaluated(store, tmp_path)


def test_who_acknowledged_is_named_with_unit_or_role_and_before_a_hand_over_the_unit_of_then(town: Evaluated):
    with town.store.transaction() as t:
        t.people.add(Person("chen", "陈杰", Role.UNIT, "住建局"), "correct horse battery", NOON)
        t.people.add(Person("li", "李敏", Role.UNIT, "教体局"), "correct horse battery", NOON)
    incident = town.incident("d1", "a")
    town.act(incident, Act.ACKNOWLEDGE, NOON + 5 * MINUTE, HOUSING)
    town.act(incident, Act.HAND_OVER, NOON + 9 * MINUTE, CHIEF, unit="教体局", reason="学校的事")
    with town.store.reading() as t:
        found = course_of(t, town.get(incident), NOON + HOUR, BY)
    assert [(one.unit, one.by) for one in found.asked] == [("住建局", "陈杰（住建局）"), ("教体局", None)]


def test_why_a_plan_was_entered_late_is_masked_before_it_stands_in_a_paper(town: Evaluated):
    incident = town.incident("d1", "a")
    why = "值班电话13912345678来电后先行启动"
    town.act(incident, Act.START_PLAN, NOON + HOUR, CHIEF, started_at=(NOON + 5 * MINUTE).isoformat(), reason=why)
    with town.store.reading() as t:
        (plan,) = course_of(t, town.get(incident), NOON + DAY, BY).plans
    assert plan.start_reason is not None
    assert "13912345678" not in plan.start_reason
    assert "来电后先行启动" in plan.start_reason


def test_a_post_linked_otherwise_by_a_person_counts_as_read_wrongly_once(town: Evaluated):
    incident = town.incident("d1", "a")
    town.come("x", NOON + HOUR, disclosure="d2")
    town.correct("x", on("d1"), NOON + 2 * HOUR)
    with town.store.reading() as t:
        found = course_of(t, town.get(incident), NOON + DAY, BY)
        facts = facts_of(found, BY.rules, BY.calming)
    assert facts.shares["read_right"] == (3, 4)
    (item,) = [one for one in score(facts, BY.rules).items if one.item.name == "read_right"]
    assert (item.given, item.figures) == (pytest.approx(2.5), "3条，共4条，占75.0%")


def test_a_post_that_left_and_one_that_was_corrected_after_the_closing_were_both_read_wrongly(town: Evaluated):
    incident = town.incident("d1", "a", voices=5)
    town.correct("a0", CALM, NOON + HOUR)
    incident = town.act(incident, Act.CLOSE, NOON + DAY, reason="办完")
    town.correct("a1", CALM, NOON + 2 * DAY)
    with town.store.reading() as t:
        assert len(t.incidents.members(incident.id)) == 4, "a closed incident keeps its posts"
        found = course_of(t, incident, NOON + 3 * DAY, BY)
    assert (len(found.added), {one.post_id for one in found.taken}) == (0, {"a0", "a1"})
    assert facts_of(found, BY.rules, BY.calming).shares["read_right"] == (3, 5)


@pytest.mark.clause("H-39", "H-45")
def test_the_risk_assessed_before_the_publication_is_held_against_what_came(town: Evaluated):
    judged = tuple(Judged(kind, 1, 1, "没有争议") for kind in ("political", "stability", "opinion"))
    form = RiskForm(judged=judged, means=("visits",), units=("住建局",))
    low = RiskAssessment("d1", 1, NOON - 2 * DAY, "程办", form, Risk.LOW, ())
    with town.store.transaction() as t:
        t.risks.add(low)
        t.risks.add(replace(low, subject="d2", at=NOON))
    first, second = town.incident("d1", "a"), town.incident("d2", "b")
    with town.store.reading() as t:
        before, after = (course_of(t, one, NOON + DAY, BY).forecast for one in (first, second))
    assert before is not None
    assert after is not None
    assert (before.held, after.held) == (False, None)
    assert before.lines[0] == ("等级", "低（不出现事件）", "最高“一般”，高于预判")


def test_sources_that_could_not_be_read_are_told_with_what_people_call_it_and_quiet_ones_are_not(town: Evaluated):
    with town.store.transaction() as t:
        t.source_troubles.open("bbs", "silent", NOON - HOUR, NOON, None)
        t.source_troubles.open("wx", "quiet", NOON - HOUR, NOON, None)
    incident = town.act(town.incident("d1", "a"), Act.CLOSE, NOON + DAY, reason="办完")
    content = town.paper(town.draft(incident, CHIEF)).content
    tables = [block for section in content.sections for block in section.blocks if isinstance(block, Table)]
    (found,) = [one.rows for one in tables if one.title == "事件期间读不到的采集源"]
    assert found == (("bbs", "无应答", shown(NOON), "至今"),)


def test_an_incident_without_record_and_posts_is_evaluated_by_what_there_is(town: Evaluated):
    action = Action(NOON, CHIEF.name, Act.CONFIRM, {"title": "路面塌陷", "unit": "住建局", "reason": "电话得知"})
    deps = Deps(town.rules, page_only, Path("reports"), LETTERHEAD, owed=OWED)
    number = attempt(town.store, action, CHIEF, deps)
    with town.store.reading() as t:
        incident = t.incidents.get(number)
    assert incident is not None
    town.act(incident, Act.SET_SEVERITY, NOON + MINUTE, severity="major_emergency", reason="影响交通")
    incident = town.act(incident, Act.CLOSE, NOON + HOUR, reason="抢修完毕")
    said = town.text(town.draft(incident, CHIEF))
    assert "没有归集到帖文，由人员登记立案。" in said
    assert "首帖发布|没有帖文|—" in said
    assert "启动预案|没有启动|—" in said
    page = town.page(incident)
    assert page is not None
    # Taken charge of at once when it was general, and never acknowledged once it was an emergency.
    assert {one.item.name: one.given for one in page.score.applying} == {
        "acknowledged": 5,
        "confirmed": 5,
        "plan": 0,
        "report": 0,
        "answered": 0,
        "measures": 0,
    }


@pytest.mark.clause("H-45")
def test_the_office_gives_fewer_days_for_the_next_evaluation(town: Evaluated):
    before = town.act(town.incident("d1", "a"), Act.SET_SEVERITY, severity="major", reason="电话得知")
    town.act(before, Act.CLOSE, NOON + DAY, reason="办完")
    own_values.change(town.store, OfficeRules({}), {DAYS: 10}, {DAYS: 3}, "从快总结", CHIEF, NOON + DAY + HOUR, "r1")
    after = town.act(
        town.incident("d2", "b", NOON + DAY), Act.SET_SEVERITY, NOON + DAY, severity="major", reason="电话"
    )
    town.act(after, Act.CLOSE, NOON + DAY + 2 * HOUR, reason="办完")
    with town.store.reading() as t:
        dues = [evaluating.owed(t, one.id) for one in (before, after)]
    # Both closed on Saturday 11 April 2026: ten working days end with Friday 24 April, three with Wednesday the 15th.
    assert [one and one.due_at for one in dues] == [NOON.replace(day=24, hour=16), NOON.replace(day=15, hour=16)]

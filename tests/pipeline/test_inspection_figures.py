"""What the desk counts for an inspection is what the rows of its ledgers say, counted here once more from the raw rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from casework.suggestions.moves import Said
from nlp.admission import without_personal_data
from pipeline import proposing, suggesting
from pipeline.inspecting import window
from pipeline.inspection_courses import Window
from pipeline.inspection_figures import counted
from pipeline.meant import Meant
from pipeline.notify import stored_contacts
from pipeline.own_catalogue import Meant as CatalogueMeant
from pipeline.own_catalogue import add, note_filing, start
from pipeline.suggesting import Handling, Incoming
from records.alerts import DeadlineState, Ending
from records.archives import ArchivePackage
from records.catalogues import Filing, FilingNoted
from records.inspections import Case, Sheet, SheetKind
from records.people import Contact
from records.proposals import Flag, Noted, ProposalEntry
from records.publications import LinkLook, LinkState, Publication
from records.suggestions import Did
from records.words import Period, Scope, TimeKind
from regulation.disclosure_time import disclosure_time
from regulation.suggestions import suggestion_rules
from storage.store import Store
from tests.pipeline import test_proposing as course
from tests.pipeline.inspected import FIRST, HOUSING, JULY, OFFICE, SCHOOLS, clock, clocked, published
from tests.pipeline.known_answers import DAY, HOUR, NOON

HANDLING = Handling(suggestion_rules(), without_personal_data, stored_contacts)
SECOND = timedelta(seconds=1)


def half_year(unit: str = HOUSING, now: datetime = JULY) -> Window:
    return window(Sheet(1, SheetKind.OFFICE, unit, FIRST, date(2026, 6, 30), {}, JULY, "赵主任"), now)


def figures(store: Store, unit: str = HOUSING, now: datetime = JULY) -> dict[str, tuple[Case, ...]]:
    with store.reading() as t:
        return {one.figure: one.cases for one in counted(t, half_year(unit, now), disclosure_time())}


def said(cases: Sequence[Case]) -> list[tuple[str, bool, int]]:
    return [(one.ref, one.held, one.days_late) for one in cases]


def faults(cases: Sequence[Case]) -> dict[str, str | None]:
    return {one.ref: one.what for one in cases if not one.held or one.days_late}


def raw(store: Store, query: str, **values: Any) -> list[Any]:
    with store.engine.connect() as connection:
        return list(connection.execute(text(query), values))


def test_a_half_year_is_counted_in_beijing_and_holds_its_first_moment_but_not_the_next_ones(store: Store):
    first, after = datetime(2025, 12, 31, 16, tzinfo=UTC), datetime(2026, 6, 30, 16, tzinfo=UTC)
    for number, at in (("a", first - SECOND), ("b", first), ("c", after - SECOND), ("d", after)):
        published(store, number, at=at)
    published(store, "e", SCHOOLS)
    assert [one.ref for one in figures(store)["records_fit"]] == ["b", "c"]
    assert [one.ref for one in figures(store, SCHOOLS)["records_fit"]] == ["e"]


@pytest.mark.clause("H-50(5)")
def test_what_stands_under_no_item_or_an_unknown_one_does_not_fit_the_catalogue(store: Store):
    published(store, "d1", catalogue_item="H1")
    published(store, "d2")
    published(store, "d3", catalogue_item="H999")
    assert faults(figures(store)["records_fit"]) == {"d2": "没有目录项", "d3": "目录里没有这一项"}


@pytest.mark.clause("H-50(3)", "E-2(7)6")
def test_of_the_own_catalogue_is_counted_whether_it_has_the_units_items_and_was_filed(store: Store):
    assert figures(store)["items_listed"] == ()
    meant = CatalogueMeant(OFFICE, NOON, "首次编制", None)
    start(store, "H", "本区党务公开目录", meant)
    cells = dict.fromkeys(("level1", "level2", "level3", "content"), "住房")
    cells |= {"way": "社会公开", "platform": "互联网", "time_limit": "随时公开", "unit": HOUSING}
    add(store, cells, replace(meant, seen=1, at=NOON + DAY))
    assert said(figures(store)["items_listed"]) == [("目录第 2 版", True, 0)]
    assert faults(figures(store, "新单位")["items_listed"]) == {"目录第 2 版": "没有本单位的事项"}
    assert faults(figures(store)["catalogue_filed"]) == {"目录第 1 版": "没有报备案", "目录第 2 版": "没有报备案"}
    note_filing(store, Filing(2, FilingNoted.FILED, "市委办公室", NOON + DAY, "收文回执", NOON + DAY, "赵主任"), OFFICE)
    assert faults(figures(store)["catalogue_filed"]) == {}


@pytest.mark.clause("H-50(5)", "H-20")
def test_what_was_corrected_or_withdrawn_is_told(store: Store):
    one = published(store, "d1")
    two = published(store, "d2")
    published(store, "d3")
    with store.transaction() as t:
        t.disclosures.add(replace(one, body="改正后的正文", explanation="数字有误"), NOON + DAY, "测试")
        t.disclosures.add(replace(two, withdrawn=True, explanation="公开范围有误"), NOON + DAY, "测试")
    assert faults(figures(store)["records_uncorrected"]) == {"d1": "更正 1 次", "d2": "已撤回"}
    assert [one.ref for one in figures(store)["records_on_platform"]] == ["d1", "d3"]


@pytest.mark.clause("H-50(7)", "E-2(5)")
def test_a_time_limit_is_kept_or_late_by_days(store: Store):
    """决定之日 3月25日起 10 个工作日（清明 4月4日至6日放假）是 4月9日；4月10日公开，迟 1 天。"""
    kept = course.Office(store, replace(course.FORM, decided_on=date(2026, 3, 26)))
    kept.walk("archive")
    late = course.Office(store, replace(course.FORM, decided_on=date(2026, 3, 25)))
    late.walk("archive")
    never = course.Office(store, replace(course.FORM, decided_on=date(2026, 4, 1)))
    later = course.Office(store, replace(course.FORM, decided_on=date(2026, 6, 29)))
    found = figures(store, course.UNIT)
    assert said(found["limits_kept"]) == [(kept.id, True, 0), (late.id, True, 1), (never.id, False, 0)]
    assert later.id not in faults(found["limits_kept"])
    before = figures(store, course.UNIT, datetime(2026, 4, 16, 15, tzinfo=UTC))
    assert never.id not in [one.ref for one in before["limits_kept"]]


@pytest.mark.clause("H-50(7)", "E-2(5)2")
def test_a_period_of_what_is_disclosed_regularly_and_was_missed_is_told(store: Store):
    monthly = replace(
        course.FORM, time_kind=TimeKind.REGULAR, period=Period.MONTH, catalogue_item="H1", decided_on=date(2026, 4, 9)
    )
    office = course.Office(store, monthly)
    office.walk("archive")
    held = [(office.id, True, 0)]
    assert said(figures(store, course.UNIT, datetime(2026, 5, 31, 15, tzinfo=UTC))["limits_kept"]) == held
    found = figures(store, course.UNIT, datetime(2026, 6, 1, tzinfo=UTC))["limits_kept"]
    assert said(found) == [*held, (f"{office.id}（2026年5月）", False, 0)]


@pytest.mark.clause("H-50(7)", "H-6", "E-2(5)3")
def test_returns_extensions_and_records_without_a_procedure_are_counted(store: Store):
    returned = course.Office(store)
    returned.walk("deputy")
    proposing.send_back(store, returned.meant(course.LEADER), "正文不全")
    returned.walk("archive")
    extended = course.Office(store)
    extended.walk("deputy")
    proposing.extend(store, extended.meant(course.LEADER), date(2026, 5, 29), "情况复杂")
    found = figures(store, course.UNIT)
    assert faults(found["not_returned"]) == {returned.id: "退回 1 次"}
    assert [one.ref for one in found["extended"]] == [extended.id]
    assert faults(found["course_followed"]) == {"d1": "没有审签记录"}
    assert returned.id in [one.ref for one in found["course_followed"]]


@pytest.mark.clause("H-50(5)", "H-26")
def test_a_mark_that_only_the_last_look_before_publication_found_is_told(store: Store):
    office = course.Office(store)
    office.walk("secrecy_officer")
    flag = Flag("k9", "mark", "正文", "内部资料", "内部标志", "H-23")
    with store.transaction() as t:
        t.proposals.add(ProposalEntry(office.id, Noted.CHECKED, NOON + HOUR, "保密丙", flags=(flag,)))
    proposing.clear(store, office.meant(course.SECRECY), "k9", "是说明文字，可以公开")
    for name, actor, unit in course.COURSE[3:6]:
        office.sign(name, actor, unit)
    assert list(faults(figures(store, course.UNIT)["secrecy_in_time"])) == [office.id]


@pytest.mark.clause("H-50(8)", "H-47")
def test_suggestions_are_answered_carried_out_and_fed_back_in_time_or_late(store: Store):
    published(store, "d1")
    published(store, "e1", SCHOOLS)
    numbers = [
        suggesting.register(store, Incoming(f"建议{number}", "mailbox", NOON, "d1"), OFFICE, NOON, HANDLING)
        for number in range(4)
    ]
    other = suggesting.register(store, Incoming("建议", "mailbox", NOON, "e1"), OFFICE, NOON, HANDLING)
    handed_on = suggesting.register(store, Incoming("转走", "mailbox", NOON, "d1"), OFFICE, NOON, HANDLING)
    suggesting.note(store, Meant(handed_on, OFFICE, NOON), Did.TRANSFERRED, Said(unit=SCHOOLS), HANDLING)

    def note(number: str, did: Did, at: datetime, **more: Any) -> None:
        meaning = Said("按此办理", **more)
        suggesting.note(store, Meant(number, OFFICE, at), did, meaning, HANDLING)

    # 4月10日登记，10 个工作日是 4月24日（北京时间 24:00，即 16:00 UTC）。
    due = datetime(2026, 4, 24, 16, tzinfo=UTC)
    note(numbers[0], Did.EXPLAINED, due)
    note(numbers[0], Did.FED_BACK, due + HOUR, way="board", happened_at=due + HOUR)
    note(numbers[1], Did.EXPLAINED, due + SECOND)
    note(numbers[2], Did.ADOPTED, NOON + DAY, due_on=date(2026, 5, 8))
    note(numbers[2], Did.CARRIED_OUT, datetime(2026, 5, 11, 1, tzinfo=UTC))
    found = figures(store)
    assert said(found["suggestions_answered"]) == [
        (numbers[0], True, 0),
        (numbers[1], True, 1),
        (numbers[2], True, 0),
        (f"{numbers[2]}（落实）", True, 3),  # 应于 5月8日落实，5月11日上午落实
        (numbers[3], False, 0),
    ]
    assert said(found["suggestions_fed_back"]) == [
        (numbers[0], True, 0), (numbers[1], False, 0), (numbers[2], False, 0),
    ]  # fmt: skip
    assert [one.ref for one in figures(store, SCHOOLS)["suggestions_answered"]] == [other, handed_on]


@pytest.mark.clause("H-41", "H-42(3)", "E-2(7)8")
def test_clocks_of_incidents_are_kept_or_late_by_their_kind(store: Store):
    due = NOON + 2 * HOUR
    kept, late, open_one, answer, gone = clocked(
        store,
        "20260410-001",
        clock("acknowledgement.general", due),
        clock("initial_report", due),
        clock("owed_final", due, Ending.FINAL_REPORT),
        clock("owed_answer", due, Ending.PUBLISH_RESPONSE),
        clock("owed_note", due, Ending.NOTED),
    )
    helped = clocked(store, "20260410-002", clock("co_acknowledgement.general", due, unit=HOUSING), unit=SCHOOLS)[0]
    with store.transaction() as t:
        t.deadlines.end(kept, DeadlineState.MET, due, "已办")
        t.deadlines.end(late, DeadlineState.MET, due + 5 * HOUR, "已办")
        t.deadlines.end(answer, DeadlineState.MET, due - HOUR, "已办")
        t.deadlines.end(gone, DeadlineState.CANCELLED, due - HOUR, "不需要")
        t.deadlines.end(helped, DeadlineState.MET, due + HOUR / 60, "已办")
    assert open_one
    found = figures(store)
    assert [(one.held, one.days_late, one.what) for one in found["acknowledged"]] == [
        (True, 0, None), (True, 1, "迟 1 分钟"),
    ]  # fmt: skip
    assert [(one.held, one.days_late, one.what) for one in found["reported"]] == [
        (True, 1, "迟 5 小时"), (False, 0, "逾期，还没有办"),
    ]  # fmt: skip
    assert [(one.held, one.days_late) for one in found["answered"]] == [(True, 0)]
    assert figures(store, SCHOOLS)["acknowledged"] == ()


@pytest.mark.clause("H-50(9)", "H-34")
def test_the_package_of_an_incident_is_none_of_a_record(store: Store):
    published(store, "d1")
    published(store, "d2")
    package = ArchivePackage("d1", 1, 2026, "题目", HOUSING, "1.zip", 9, "a" * 64, "b" * 64, None, NOON, "档案丁")
    with store.transaction() as t:
        t.archives.add(replace(package, record="d2", file="2.zip", of_incident=True))
        t.archives.add(package)
    assert faults(figures(store)["records_archived"]) == {"d2": "没有归档"}


def test_what_is_not_due_yet_counts_neither_way(store: Store):
    clocked(store, "20260410-001", clock("initial_report", NOON + 2 * HOUR))
    assert figures(store, now=NOON + 2 * HOUR)["reported"] == ()
    assert said(figures(store, now=NOON + 2 * HOUR + SECOND)["reported"]) == [
        ("20260410-001/initial_report/1", False, 0)
    ]


def test_whether_somebody_can_be_told_is_counted(store: Store):
    assert list(faults(figures(store)["contacts_named"])) == [HOUSING]
    with store.transaction() as t:
        t.people.set_contacts(HOUSING, [Contact(HOUSING, "email", "a@gov.example", "陈杰")])
    assert faults(figures(store)["contacts_named"]) == {}


def test_no_title_of_a_record_within_the_party_leaves_the_count(store: Store):
    published(store, "d9", title="关于干部调整的决定", scope=Scope.PARTY, body="内部正文")
    written = repr(figures(store))
    assert "d9" in written
    assert "干部调整" not in written
    assert "内部正文" not in written


def scattered(store: Store, random: Random) -> None:
    """Records, platforms, links, packages and clocks, each with what may be the matter, of three units over 400 days."""
    for number in range(60):
        unit = random.choice([HOUSING, SCHOOLS, "水务局"])
        at = NOON + random.uniform(-200, 200) * DAY
        made = published(store, f"r{number:03}", unit, at, catalogue_item=random.choice(["H3", "H999", None]))
        with store.transaction() as t:
            for version in range(random.choice([0, 0, 1, 2])):
                t.disclosures.add(replace(made, body=f"第 {version}", explanation="有误"), at + DAY, "测试")
            for place in range(random.choice([0, 1, 2])):
                entry = Publication(0, made.id, f"p{place}", f"平台{place}", at, "https://gov.example/1", at, "王芳")
                key = t.publications.add(entry)
                if random.random() < 0.3:
                    t.publications.take_back(key, at + DAY, "王芳", "登错")
                if random.random() < 0.7:
                    t.publications.looked(key, LinkLook(random.choice(list(LinkState)), at + DAY))
            if random.random() < 0.5:
                t.archives.add(
                    ArchivePackage(
                        made.id, 1, at.year, "题目", unit, f"{made.id}.zip", 9, "a" * 64, "b" * 64, None, at, "档案丁"
                    )
                )
    for number in range(30):
        due = NOON + random.uniform(-200, 200) * DAY
        unit = random.choice([HOUSING, SCHOOLS])
        kind = random.choice(["acknowledgement.major", "initial_report"])
        (key,) = clocked(store, f"20260410-{number + 1:03}", clock(kind, due), unit=unit)
        if random.random() < 0.7:
            state = random.choice([DeadlineState.MET, DeadlineState.MET, DeadlineState.CANCELLED])
            with store.transaction() as t:
                t.deadlines.end(key, state, due + random.choice([-1, 0, 3]) * HOUR, "测试")


@pytest.mark.parametrize("seed", range(3))
def test_the_figures_are_those_of_the_raw_rows(store: Store, seed: int):
    scattered(store, Random(seed))
    since, until = (
        int(at.timestamp()) * 10**6
        for at in (datetime(2025, 12, 31, 16, tzinfo=UTC), datetime(2026, 6, 30, 16, tzinfo=UTC))
    )
    for unit in (HOUSING, SCHOOLS):
        newest: dict[str, Any] = {}
        for row in raw(
            store, "SELECT id, version, unit, catalogue_item, published_at FROM disclosure ORDER BY version"
        ):
            newest[row.id] = row
        mine = {key: row for key, row in newest.items() if row.unit == unit and since <= row.published_at < until}
        back = {row[0] for row in raw(store, "SELECT publication FROM publication_back")}
        entries = [
            row for row in raw(store, "SELECT id, record FROM publication") if row.record in mine and row.id not in back
        ]
        looks = {row.publication: row.state for row in raw(store, "SELECT publication, state FROM publication_look")}
        seen = [looks[row.id] for row in entries if looks.get(row.id, "unseen") != "unseen"]
        packed = {row[0] for row in raw(store, "SELECT record FROM archive_package")}
        clocks = [
            row
            for row in raw(
                store,
                "SELECT d.kind, d.due_at, d.ended_at, d.state FROM deadline d JOIN incident i ON i.id = d.incident"
                " WHERE i.unit = :unit",
                unit=unit,
            )
            if since <= row.due_at < until and row.state != "cancelled"
        ]
        own = {
            kind: [one for one in clocks if one.kind.startswith(kind)] for kind in ("acknowledgement", "initial_report")
        }
        expected = {
            "records_fit": (len(mine), sum(row.catalogue_item == "H3" for row in mine.values())),
            "records_uncorrected": (len(mine), sum(row.version == 1 for row in mine.values())),
            "records_on_platform": (len(mine), len({row.record for row in entries})),
            "links_readable": (len(seen), seen.count("answers")),
            "records_archived": (len(mine), len(packed & set(mine))),
            "course_followed": (len(mine), 0),
            "records_whole": (len(mine), 0),
            "acknowledged": (len(own["acknowledgement"]), sum(bool(one.ended_at) and one.ended_at <= one.due_at for one in own["acknowledgement"])),
            "reported": (len(own["initial_report"]), sum(bool(one.ended_at) and one.ended_at <= one.due_at for one in own["initial_report"])),
        }  # fmt: skip
        found = figures(store, unit)
        assert mine
        assert {
            name: (len(found[name]), sum(one.held and not one.days_late for one in found[name])) for name in expected
        } == expected


def test_an_empty_unit_has_no_cases(store: Store):
    found = figures(store, "新单位")
    assert {name for name, cases in found.items() if cases} == {"contacts_named"}

"""The figures of a paper are those of the raw rows, before posts go and after; nothing of a party record leaves in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update

from casework.papers.writing import grounds
from casework.reports.drafting import PARTY_MATTER
from pipeline import proposing, suggesting
from pipeline.expiry import Keeping, let_go_of_old
from pipeline.meant import Meant
from pipeline.notify import page_only
from pipeline.periodic_drafting import content_of
from pipeline.proposing import begin
from pipeline.sweep import sweep
from records.actions import Act
from records.catalogues import CatalogueDeed, CatalogueVersion, Filing, FilingNoted
from records.papers import Chart, Content, PaperKind, Paragraph, Table
from records.reports import Report, Response
from records.words import Category, Channel, ReportKind, Role, Scope, Sentiment
from regulation.disclosure_time import disclosure_time
from regulation.periodic import Every, Stretch, periodic_rules, stretch_of
from storage.sources import Patrol
from storage.store import Store
from storage.tables import incident
from tests.pipeline.known_answers import DAY, HOUR, record
from tests.pipeline.test_acts import WHY
from tests.pipeline.test_acts import Desk as Acting
from tests.pipeline.test_proposing import COURSE, DESK, DRAFTER, FORM
from tests.pipeline.test_suggesting import BOX, HANDLING, OFFICE

SECRET = "干部考察实施方案"
"""The title of a record that is open within the party only."""

FIRST = datetime(2026, 3, 31, 16, tzinfo=UTC)
"""The first moment of April in China."""

END = datetime(2026, 4, 30, 16, tzinfo=UTC)
APRIL = stretch_of(Every.MONTH, date(2026, 4, 1))
NOW = END + HOUR
TICK = timedelta(microseconds=1)


class Month:
    """An April with posts on its very edges, three incidents, late clocks, a report, an answer, suggestions, patrols."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.desk = store, Acting(store, folder)
        with store.transaction() as t:
            t.audit.append(FIRST - 40 * DAY, "王芳", Role.OFFICE, "import_disclosures", "d1", True, {})
            party = replace(
                record("d3"), title=SECRET, scope=Scope.PARTY, unit="住建局", doc_number="惠组发〔2026〕3号"
            )
            t.disclosures.add(replace(record("d4"), unit="区住建局", published_at=FIRST - DAY), FIRST - DAY, "王芳")
            t.disclosures.add(replace(party, published_at=FIRST + DAY), FIRST + DAY, "王芳")
        self.posts()
        self.handle()
        self.propose()

    def posts(self) -> None:
        come = self.desk.town.come
        for number in range(4):
            come(f"march{number}", FIRST - TICK - number * DAY, sentiment=Sentiment.NEUTRAL, disclosure=None)
        come("march-negative", FIRST - 2 * DAY, disclosure="d2", channel=Channel.NEWS)
        come("edge", FIRST, sentiment=Sentiment.NEUTRAL, disclosure=None, likes=7)
        for number in range(3):
            come(f"a{number}", FIRST + 9 * DAY + number * HOUR, likes=2 + number)
        come("copy", FIRST + 9 * DAY + 4 * HOUR, copy_of="a0", channel=Channel.MICROBLOG)
        for number in range(3):
            at = FIRST + 19 * DAY + number * HOUR
            come(f"c{number}", at, disclosure="d3", category=Category.MORAL_BOTTOM_LINE, channel=Channel.WECHAT)
        for number in range(5):
            come(f"n{number}", FIRST + (3 + number) * DAY, sentiment=Sentiment.POSITIVE, disclosure=None, likes=1)
        come("last", END - TICK, disclosure="d2", channel=Channel.HOTLINE)
        come("may", END, disclosure="d2")

    def handle(self) -> None:
        first, party = self.incident("d1"), self.incident("d3")
        at = FIRST + 9 * DAY + 5 * HOUR
        self.desk.do(Act.ACKNOWLEDGE, at, incident=first)
        self.desk.do(Act.START_PLAN, at, incident=first)
        sweep(self.store, at + 3 * HOUR, page_only)
        self.desk.do(Act.CLOSE, at + 5 * DAY, incident=first, **WHY)
        self.desk.do(Act.START_PLAN, FIRST + 20 * DAY, incident=party)
        third = self.desk.do(Act.CONFIRM, FIRST + 25 * DAY, title="热线反映广场积水", unit="城管局", reason="热线").id
        self.desk.do(Act.DISMISS, FIRST + 26 * DAY, incident=third, **WHY)
        self.desk.do(Act.START_PLAN, FIRST + 22 * DAY, disclosure="d2")
        self.desk.do(Act.CANCEL_PLAN, FIRST + 22 * DAY + HOUR, disclosure="d2", reason="误启动")
        filed = Report(first, ReportKind.INITIAL, 1, "惠舆情报〔2026〕1号", at + HOUR, "王芳", (), "a.docx", 1)
        with self.store.transaction() as t:
            # Whatever an incident of a party record is called here, it is called otherwise outside.
            named = update(incident).where(incident.c.id == party).values(title=f"“{SECRET}”相关舆情")
            t.connection.execute(named)
            t.reports.add(filed)
            t.reports.add_response(Response(first, "已恢复供热。", None, at + DAY, "王芳"))
            t.reports.add_response(Response(party, "已说明。", None, END, "王芳"))
            for source, hours, answered in (
                ("bbs", 0, True),
                ("bbs", 1, False),
                ("wx", 30, True),
                ("wx", 24 * 30, True),
            ):
                moment = FIRST + hours * HOUR
                patrol = Patrol(source, moment, moment, "ok" if answered else "timeout")
                t.sources.log(patrol)
                t.source_days.count(patrol, answered)
        for days, record_id in ((3, "d1"), (4, "d3"), (35, "d1")):
            came = replace(BOX, received_at=FIRST + days * DAY, record=record_id)
            suggesting.register(self.store, came, OFFICE, FIRST + 40 * DAY, HANDLING)

    def propose(self) -> None:
        """Decided on 1 April and published in time, on 2 April and too late, on 8 April and never: due 16, 17 and 22 April."""
        for day, published in ((1, FIRST + 14 * DAY), (2, FIRST + 21 * DAY), (8, None)):
            form = replace(FORM, decided_on=date(2026, 4, day), title=f"第{day}号通知")
            number = begin(self.store, form, DRAFTER, FIRST + (day - 1) * DAY, DESK)
            for name, actor, unit in COURSE[:-1] if published else ():
                assert published is not None
                proposing.sign(self.store, Meant(number, actor, published), name, unit)

    def incident(self, record_id: str) -> str:
        with self.store.reading() as t:
            (found,) = t.incidents.of_disclosure(record_id)
        return found.id

    def content(self, kind: PaperKind, now: datetime = NOW, stretch: Stretch = APRIL) -> Content:
        with self.store.reading() as t:
            return content_of(t, kind, stretch, now, disclosure_time())

    def count(self, query: str, **more: Any) -> int:
        """A number as the database itself counts it: `:since` and `:until` are the edges of April in microseconds."""
        edges = {name: round(at.timestamp()) * 10**6 for name, at in (("since", FIRST), ("until", END), ("now", NOW))}
        with self.store.engine.connect() as connection:
            asked = {name: value for name, value in {**edges, **more}.items() if f":{name}" in query}
            return int(connection.execute(text(query), asked).scalar() or 0)


@pytest.fixture
def month(store: Store, tmp_path: Path) -> Month:
    return Month(store, tmp_path)


def said(content: Content) -> str:
    """Every word of a paper, its tables and charts among them."""
    return "\n".join(words for section in content.sections for block in section.blocks for words in _words(block))


def _words(block: Paragraph | Table | Chart) -> Sequence[str]:
    if isinstance(block, Paragraph):
        return [block.text]
    if isinstance(block, Table):
        return [block.title, *block.header, *(cell for row in block.rows for cell in row)]
    return [block.title, *block.labels, *(f"{one.name}{one.figures}" for one in block.series)]


def table(content: Content, title: str) -> Table:
    (found,) = [
        block
        for section in content.sections
        for block in section.blocks
        if isinstance(block, Table) and block.title.startswith(title)
    ]
    return found


SEEN = "SELECT count(*) FROM post WHERE seen_at >= :since AND seen_at < :until"
NEGATIVE = (
    "SELECT {what} FROM post JOIN assessment ON assessment.post_id = post.id"
    " WHERE post.seen_at >= :since AND post.seen_at < :until AND assessment.sentiment = 'negative'"
)
CLOCKS = "SELECT count(*) FROM deadline WHERE due_at >= :since AND due_at < :until AND state <> 'cancelled'"


def recounted(month: Month) -> list[str]:
    """What the monthly paper must say, from the rows themselves."""
    count = month.count
    seen, before = count(SEEN), count("SELECT count(*) FROM post WHERE seen_at < :since")
    negative = count(NEGATIVE.format(what="count(*)"))
    copies = count(NEGATIVE.format(what="count(assessment.duplicate_of)"))
    parts = ("comments", "reposts", "likes")
    reactions = count(NEGATIVE.format(what="+".join(f"coalesce(sum({one}), 0)" for one in parts)))
    opened = count(
        "SELECT count(*) FROM incident WHERE opened_at >= :since AND opened_at < :until"
        " AND state NOT IN ('dismissed', 'merged')"
    )
    closed = count(
        "SELECT count(*) FROM incident WHERE state = 'closed' AND closed_at >= :since AND closed_at < :until"
    )
    in_time = count(f"{CLOCKS} AND state = 'met' AND ended_at <= due_at")
    late = count(f"{CLOCKS} AND state = 'met' AND ended_at > due_at")
    overdue = count(f"{CLOCKS} AND state = 'open' AND due_at < :now")
    sent = count("SELECT count(*) FROM alert WHERE at >= :since AND at < :until AND state = 'sent'")
    waiting = count("SELECT count(*) FROM alert WHERE at >= :since AND at < :until AND state = 'queued'")
    answers = count("SELECT count(*) FROM response WHERE published_at >= :since AND published_at < :until")
    records = count(
        "SELECT count(*) FROM disclosure WHERE published_at >= :since AND published_at < :until AND version = 1"
    )
    attempts = count("SELECT count(*) FROM patrol WHERE started_at >= :since AND started_at < :until")
    sources = count("SELECT count(DISTINCT source) FROM patrol WHERE started_at >= :since AND started_at < :until")
    suggestions = count("SELECT count(*) FROM suggestion WHERE received_at >= :since AND received_at < :until")
    assert (
        min(seen, before, negative, copies, reactions, opened, closed, late + overdue, waiting, answers, attempts) > 0
    )
    return [
        f"共采集到公开渠道帖文{seen}条（较上月增加{seen - before}条，",
        f"其中负面{negative}条，",
        f"不同声音{negative - copies}条；负面帖文的评论、转发、点赞合计{reactions}次。",
        f"新立舆情事件{opened}起",
        f"办结{closed}起。",
        f"到期的处置时限{in_time + late + overdue}项，按时完成{in_time}项",
        f"逾期完成{late}项，至今逾期未完成{overdue}项。",
        f"发出预警和提醒{sent}条，待发{waiting}条。",
        "报送事件报告1件（首报1件）。",
        f"发布回应{answers}次，",
        f"公开发布事项{records}件。",
        f"自动巡查来源{sources}个，共{attempts}次，",
        f"收到党员和群众意见建议{suggestions}件，",
    ]


@pytest.mark.clause("E-2(7)7")
def test_the_figures_of_a_monthly_paper_are_those_of_the_raw_rows(month: Month):
    paper = said(month.content(PaperKind.MONTHLY))
    assert [sentence for sentence in recounted(month) if sentence not in paper] == []
    # By hand: 1 on the edge, 3 and a copy, 3 of the party's, 5 kind ones, 1 in the last moment.
    assert "共采集到公开渠道帖文14条（较上月增加9条，上升180.0%；上年同期没有完整统计，不作比较）。" in paper
    assert "其中负面8条，占57.1%（较上月增加7条，上升700.0%" in paper


def test_the_tables_of_a_monthly_paper_are_those_of_the_raw_rows(month: Month):
    rows = table(month.content(PaperKind.MONTHLY), "各渠道帖文情况").rows
    by_channel = "SELECT count(*) FROM post WHERE seen_at >= :since AND seen_at < :until AND channel = :channel"
    assert {row[0]: int(row[1]) for row in rows} == {
        channel.label: found for channel in Channel if (found := month.count(by_channel, channel=channel.value))
    }
    negative = NEGATIVE.format(what="count(*)") + " AND post.channel = :channel"
    assert {row[0]: int(row[2]) for row in rows} == {
        channel.label: month.count(negative, channel=channel.value)
        for channel in Channel
        if month.count(by_channel, channel=channel.value)
    }


def test_the_chart_has_a_figure_for_every_day_and_its_sum_is_that_of_the_text(month: Month):
    (chart,) = [one for s in month.content(PaperKind.MONTHLY).sections for one in s.blocks if isinstance(one, Chart)]
    assert (len(chart.labels), chart.labels[0], chart.labels[-1]) == (30, "1", "30")
    whole, negative = (one.figures for one in chart.series)
    assert (sum(one or 0 for one in whole), sum(one or 0 for one in negative)) == (14, 8)
    assert (whole[0], whole[9], whole[29], negative[29]) == (1, 4, 1, 1)


def test_a_paper_says_the_same_when_the_posts_have_expired_but_for_how_many_have(month: Month):
    before = said(month.content(PaperKind.MONTHLY))
    let = let_go_of_old(month.store, Keeping(), NOW + 400 * DAY)
    gone = 14 - month.count(SEEN)
    assert let.posts > gone > 0
    after = said(month.content(PaperKind.MONTHLY))
    left = f"上述帖文中{gone}条已不再保存（保存期满或原帖已删除），按当时的研判结果计数。"
    assert left in after
    assert after.replace(left, "") == before


def each_paper(month: Month) -> list[tuple[PaperKind, Content]]:
    """The papers of each kind of the period in which the party's incident opened, drafted a year later."""
    rules = periodic_rules().rules
    day, now = date(2026, 4, 20), FIRST + 400 * DAY
    return [(kind, month.content(kind, now, stretch_of(rule.every, day))) for kind, rule in rules.items()]


@pytest.mark.clause("E-2(3)2")
def test_nothing_of_a_party_record_leaves_but_that_it_is_one(month: Month):
    for kind, content in each_paper(month):
        whole = said(content) + "".join(one.words for _, rests_on in grounds(content) for one in rests_on)
        assert SECRET not in whole
        assert "惠组发" not in whole
        assert (PARTY_MATTER in whole) is (kind not in (PaperKind.SCHEDULING, PaperKind.YEARLY)), kind


def test_every_sentence_names_what_it_rests_on_but_what_a_person_must_still_write(month: Month):
    for kind, content in each_paper(month):
        blocks = [block for section in content.sections for block in section.blocks]
        said_of = [one for block in blocks if isinstance(block, Paragraph) for one in block.statements]
        bare = [one.text for one in said_of if not one.rests_on]
        assert bare, kind
        assert all(one.startswith("〔待补充：") for one in bare), kind
        assert all(block.rests_on for block in blocks if not isinstance(block, Paragraph)), kind


def test_a_day_drafted_late_tells_of_no_incident_that_opened_after_it_and_nothing_of_no_posts(month: Month):
    paper = said(month.content(PaperKind.DAILY, stretch=stretch_of(Every.DAY, date(2026, 4, 3))))
    assert "2026年4月3日，共采集到公开渠道帖文0条（前一日为零，不作比较）。" in paper
    assert "负面" not in paper
    assert "正在处置0起。" in paper
    later = said(month.content(PaperKind.DAILY, stretch=stretch_of(Every.DAY, date(2026, 4, 23))))
    assert f"（事件{month.incident('d3')}）" in later


@pytest.mark.clause("E-2(7)7")
def test_the_notice_says_of_each_unit_what_was_published_in_time_late_and_not_at_all(month: Month):
    content = month.content(PaperKind.SCHEDULING)
    rows = {row[0]: row[1:4] for row in table(content, "各单位任务落实情况").rows}
    assert rows["区住建局"] == ("3", "1", "1")
    paper = said(content)
    assert "2026年4月，应公开事项3件，按时公开1件（33.3%；上月为零，不作比较），逾期公开1件。" in paper
    assert "逾期公开：拟公开事项G20260402-001（逾期5天）。" in paper
    assert "逾期未公开：拟公开事项G20260408-001（逾期9天）。" in paper
    late = month.count("SELECT count(*) FROM deadline WHERE state = 'open' AND due_at < :now")
    assert (
        f"以下2个单位有逾期未完成的事项，请抓紧办理：住建局（处置未完成{late}件）；区住建局（逾期未公开1件）。" in paper
    )
    assert "号通知" not in paper


def test_the_notice_names_what_is_overdue_when_it_is_drafted_whenever_it_was_due(month: Month):
    form = replace(FORM, decided_on=date(2026, 4, 20))  # due on 7 May: 1 to 5 May are days off
    begin(month.store, form, DRAFTER, FIRST + 19 * DAY, DESK)

    def overdue(day: int) -> tuple[str, ...]:
        at = datetime(2026, 5, day, 4, tzinfo=UTC)
        rows = {row[0]: row for row in table(month.content(PaperKind.SCHEDULING, at), "各单位任务落实情况").rows}
        return rows["区住建局"][1], rows["区住建局"][4]

    assert overdue(7) == ("3", "1")
    assert overdue(8) == ("3", "2")


def test_before_the_desk_began_nothing_is_compared(month: Month):
    march = stretch_of(Every.MONTH, date(2026, 3, 1))
    paper = said(month.content(PaperKind.MONTHLY, stretch=march))
    assert "（上月没有完整统计，不作比较；上年同期没有完整统计，不作比较）" in paper


@pytest.mark.clause("E-2(7)6")
def test_the_yearly_report_counts_the_versions_of_the_catalogue_and_their_filings(month: Month):
    made = {"letter": "H", "title": "本单位目录", "item": None, "reason": "职责调整", "last": 1, "actor": "王芳"}
    with month.store.transaction() as t:
        for number, at in ((1, FIRST - 400 * DAY), (2, FIRST), (3, FIRST + DAY)):
            t.catalogues.add(CatalogueVersion(number=number, deed=CatalogueDeed.CHANGED, at=at, **made), ())
        for noted, at in ((FilingNoted.FILED, FIRST), (FilingNoted.RETURNED, FIRST), (FilingNoted.FILED, FIRST + DAY)):
            t.catalogues.add_filing(Filing(2, noted, "市委组织部", at, "回执1号", at, "王芳"))
    paper = said(month.content(PaperKind.YEARLY, FIRST + 400 * DAY, stretch_of(Every.YEAR, date(2026, 1, 1))))
    assert "本单位公开目录变更2次。目录备案：已报送备案2次、要求调整1次。" in paper
    assert "变更1次。没有目录备案的登记。" in said(
        month.content(PaperKind.YEARLY, FIRST + 400 * DAY, stretch_of(Every.YEAR, date(2025, 1, 1)))
    )


@pytest.mark.clause("E-2(7)6")
def test_the_yearly_report_adds_up_its_months_and_is_compared_with_the_year_before(month: Month):
    year = stretch_of(Every.YEAR, date(2026, 1, 1))
    content = month.content(PaperKind.YEARLY, FIRST + 400 * DAY, year)
    months = {row[0]: row[1:3] for row in table(content, "逐月情况").rows}
    assert (len(months), months["3月"], months["4月"], months["5月"]) == (12, ("5", "1"), ("14", "8"), ("1", "1"))
    # The desk began in February: of the year as a whole nothing is compared.
    assert "共采集到公开渠道帖文20条（上年没有完整统计，不作比较）" in said(content)
    assert {row[0]: row[1:4] for row in table(content, "各单位任务落实情况").rows}["区住建局"] == ("3", "1", "1")
    following = month.content(PaperKind.YEARLY, FIRST + 800 * DAY, year.after())
    assert "共采集到公开渠道帖文0条（上年没有完整统计，不作比较）" in said(following)

"""A post in which the masking missed something is redacted for good: words gone, verdict and fingerprint kept, audited."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from casework.papers.writing import text_of
from pipeline.acts import Actor
from pipeline.correcting import Asked, correct
from pipeline.indexing import catch_up
from pipeline.intake import Received, receive
from pipeline.redacting import redact
from pipeline.refusals import Refused
from pipeline.reporting import views_of
from records.assessments import Assessment
from records.corrections import Verdict
from records.papers import About, Content, PaperKind, PaperSection, Paragraph, Statement
from records.posts import REDACTED, REDACTED_TEXT, Post, Reactions
from records.reports import Part
from records.words import Category, Channel, ReportKind, Role, Sentiment
from storage.papers import Signing
from storage.reports import Written
from storage.search.embedded import EmbeddedIndex
from storage.store import Store
from tests.pipeline.known_answers import HOUR, KEEP, NOON, SECOND, Town

OFFICE = Actor("赵主任", Role.OFFICE)
WORDS = "暖气一冬天都没热过，找供热公司的王小二，电话一三八零零一三八零零零，谁都不管"


def post(post_id: str, text: str = WORDS, likes: int = 0) -> Post:
    return Post(post_id, "bbs", Channel.FORUM, None, "王小二", text, NOON, NOON, Reactions(likes=likes))


@pytest.fixture
def town(store: Store) -> Town:
    """An incident of three posts; p1 is a copy of p0, which holds a name and a number."""
    made = Town(store)
    with store.transaction() as t:
        receive(t, post("p0"), NOON, KEEP)
    made.labels["p0"] = (Sentiment.NEGATIVE, "d1", Category.PUBLIC_INTEREST, None)
    made.come("p1", NOON + SECOND, copy_of="p0")
    made.come("p2", NOON + 2 * SECOND)
    made.come("p3", NOON + 3 * SECOND)
    return made


def do(town: Town, post_id: str = "p0", actor: Actor = OFFICE) -> tuple[tuple[str, ...], tuple[str, ...]]:
    done = redact(town.store, post_id, "漏了姓名和电话", actor, NOON + HOUR)
    return done.posts, done.to_check


def read(town: Town, post_id: str) -> tuple[Post, Assessment]:
    with town.store.reading() as t:
        found, assessed = t.posts.get(post_id), t.assessments.get(post_id)
    assert found is not None
    assert assessed is not None
    return found, assessed


def test_the_words_are_gone_and_the_verdict_stays(town: Town):
    before = read(town, "p0")[1]
    assert do(town) == (("p0", "p1"), ())
    for post_id in ("p0", "p1"):
        found, assessed = read(town, post_id)
        assert (found.text, found.title, REDACTED in found.flags) == (REDACTED_TEXT, None, True)
        assert (assessed.why, assessed.grounds) == ((), ())
    after = read(town, "p0")[1]
    assert (after.sentiment, after.disclosure, after.category) == (before.sentiment, before.disclosure, before.category)
    assert read(town, "p2")[0].text == "正文p2"
    assert town.posts(town.judge()) == ["p0", "p1", "p2", "p3"]


def test_a_copy_leads_to_its_original(town: Town):
    assert do(town, "p1")[0] == ("p1", "p0")


def test_no_table_holds_the_words_any_more(town: Town):
    said = Verdict(Sentiment.NEUTRAL, None, None)
    seen = Verdict(Sentiment.NEGATIVE, "d1", Category.PUBLIC_INTEREST)
    correct(town.store, Asked("p0", 1, seen, said, "看过原帖"), OFFICE, NOON)
    do(town)
    with town.store.reading() as t:
        tables = t.connection.exec_driver_sql
        names = ("post", "assessment", "correction", "alert", "message", "audit", "incident")
        held = "".join(str(list(tables(f"SELECT * FROM {name}"))) for name in names)
    assert "王小二" not in held
    assert "一三八" not in held


@pytest.mark.parametrize("text", [WORDS, WORDS + "（已编辑）"])
def test_the_next_look_at_its_page_does_not_bring_them_back(town: Town, text: str):
    do(town)
    with town.store.transaction() as t:
        assert receive(t, post("p0", text), NOON + HOUR, KEEP) is Received.UNCHANGED
        assert receive(t, post("p0", text, likes=7), NOON + HOUR, KEEP) is Received.UPDATED
    found = read(town, "p0")[0]
    assert (found.text, found.reactions.likes) == (REDACTED_TEXT, 7)


def test_the_search_finds_them_no_more(town: Town, tmp_path: Path):
    index = EmbeddedIndex(tmp_path / "search.db")
    catch_up(town.store, index)
    assert index.find("供热公司") != []
    do(town)
    catch_up(town.store, index)
    assert index.find("供热公司") == []
    index.close()


def test_every_post_is_audited_with_the_fingerprint_of_what_stood_there(town: Town):
    with town.store.reading() as t:
        was = t.posts.fingerprint("p0")
    do(town)
    with town.store.reading() as t:
        (entry,) = [one for one in t.audit.about("p0") if one.act == "redact"]
        assert t.audit.verify(None) is None
        assert t.posts.fingerprint("p0") == was
    assert (entry.actor, entry.detail) == (
        "赵主任",
        {"reason": "漏了姓名和电话", "of": "p0", "version": 1, "sha256": was},
    )


def test_drafts_that_quote_it_are_named_and_left_to_people(town: Town):
    incident = town.judge()
    assert incident is not None
    with town.store.transaction() as t:
        t.reports.save_part(
            incident.id, ReportKind.INITIAL, Part.PUBLIC_VIEWS, f"网民称：“{WORDS[5:30]}”", Written(NOON, "王芳")
        )
        t.reports.save_part(incident.id, ReportKind.INITIAL, Part.MEASURES_TAKEN, "已派人上门。", Written(NOON, "王芳"))
    (said,) = do(town)[1]
    assert "引用了它" in said
    assert Part.PUBLIC_VIEWS.label in said


def test_versions_of_a_draft_that_quote_it_keep_nothing_of_it(town: Town):
    incident = town.judge()
    assert incident is not None
    with town.store.transaction() as t:
        for hour, text in enumerate((f"网民称：“{WORDS[5:30]}”", "网民反映停水。")):
            at = NOON + timedelta(hours=hour)
            t.reports.save_part(incident.id, ReportKind.INITIAL, Part.PUBLIC_VIEWS, text, Written(at, "王芳"))
    do(town)
    with town.store.reading() as t:
        texts = [one.text for one in t.reports.versions(incident.id, ReportKind.INITIAL, 1)]
    assert texts == [REDACTED_TEXT, "网民反映停水。"]


def test_papers_that_quote_it_are_named_and_their_drafts_must_be_rewritten(town: Town):
    incident = town.judge()
    assert incident is not None
    quoting = Content("专报", (PaperSection("观点", (Paragraph((Statement(f"网民称：“{WORDS[5:30]}”"),)),)),))
    other = Content("专报", (PaperSection("观点", (Paragraph((Statement("网民反映停水。"),)),)),))
    about = About(incident=incident.id)
    with town.store.transaction() as t:
        signed = t.papers.add(PaperKind.SPECIAL, about, quoting, NOON, "王芳")
        t.papers.sign(signed, 1, Signing(NOON, "赵主任", "report", 2026, 1, "惠舆情报〔2026〕1号", "s.docx"))
        draft = t.papers.add(PaperKind.SPECIAL, about, quoting, NOON, "王芳")
        t.papers.write(draft, 1, other, NOON, "王芳")
        t.papers.add(PaperKind.SPECIAL, about, other, NOON, "王芳")
    told = [one for one in do(town)[1] if "文稿" in one]
    assert told == [
        "已签发的文稿（惠舆情报〔2026〕1号）引用了它：请核对文件 s.docx",
        "文稿“专报”的草稿引用了它：那一句已换成待重写的标记",
    ]
    with town.store.reading() as t:
        kept = [[text_of(one.content.sections[0]) for one in t.papers.versions(each)] for each in (signed, draft)]
        assert kept == [[f"网民称：“{WORDS[5:30]}”"], ["〔待重写：这里引用的帖文已遮盖〕", "网民反映停水。"]]


@pytest.mark.parametrize("role", [Role.DUTY, Role.UNIT, Role.EVALUATOR])
def test_others_may_not_and_nothing_is_changed(town: Town, role: Role):
    with pytest.raises(Refused, match="没有权限"):
        do(town, actor=Actor("某人", role, "住建局"))
    assert read(town, "p0")[0].text == WORDS


def test_an_unknown_post_or_no_reason_is_refused(town: Town):
    with pytest.raises(Refused, match="没有编号"):
        do(town, "p99")
    with pytest.raises(Refused, match="理由"):
        redact(town.store, "p0", " ", OFFICE, NOON)


def test_doing_it_again_changes_nothing_more(town: Town):
    do(town)
    assert do(town)[0] == ("p0",)
    assert read(town, "p0")[0].flags == (REDACTED,)


def test_a_report_quotes_no_redacted_post_as_a_view(town: Town):
    do(town)
    with town.store.reading() as t:
        views = views_of(t, t.incidents.members("20260410-001"))
    quoted = [view.quote for view in views]
    assert quoted
    assert REDACTED_TEXT not in quoted

"""Draws what several pages show alike: a post, an alert's delivery, a table of short facts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import streamlit as st

from dashboard import exporting
from dashboard.backstage import backstage
from dashboard.claims import claims_text, inert_lines
from dashboard.meanings import of_heads
from dashboard.navigation import Place
from dashboard.reading_view import correct_button, why
from dashboard.suggesting import suggest_button
from dashboard.wording import ago, count, flag_notes, moment, plain, safe_link, shortened, shown_text, state_badge
from huiying.clock import steady_seconds
from pipeline.source_health import SourceHealth, Standing
from pipeline.sources import SourceList
from pipeline.views import IncidentRow, PostRow
from records.alerts import KEEPER, OFFICE, Deadline
from records.assessments import Assessment
from records.claims import Way
from records.co_units import CoUnit
from records.naming import office_name
from records.posts import Post
from records.spans import until_start
from records.spreadsheets import Cell
from records.words import Category, Sentiment
from storage.search.excerpts import Piece, excerpt

HAND_SOURCES = {way.value: way.label for way in Way}
"""Sources of what people enter by hand."""

_LENGTH = 400
"""A post's text is shown up to so many characters; all of it unfolds."""

_TERMS = 4
_HEALTH_COLOURS = {
    Standing.NEW: "gray",
    Standing.GOOD: "green",
    Standing.FAILING: "orange",
    Standing.UNREAD: "red",
    Standing.NOTICE: "orange",
}
_SENTIMENT_COLOURS = {Sentiment.NEGATIVE: "orange", Sentiment.NEUTRAL: "gray", Sentiment.POSITIVE: "green"}


def post_line(row: PostRow, now: datetime) -> None:
    """A post on one line: what it says, how it was read, where and when."""
    post = row.post
    text = f"{post.title}　{post.text}" if post.title else post.text
    left, right = st.columns([5, 2.4], vertical_alignment="center", gap="small")
    left.text(shortened(shown_text(text), 42))
    right.caption(f"{_reading(row)} {_origin(row)} · {ago(post.seen_at, now)}")


def post_block(row: PostRow, now: datetime, *, with_record: bool = False, looked_for: Sequence[str] = ()) -> None:
    """A post with its text, how it was read and why; where the page is not about one record, also which it is about.

    Where it was found by words, they are marked.
    """
    post = row.post
    text = shown_text(post.text)
    in_title, in_text = (excerpt(one, looked_for, _LENGTH) for one in (shown_text(post.title or ""), text))
    with st.container(border=True, gap="xsmall"):
        st.markdown(
            f"{_reading(row)} {_category(row.assessment)} :gray[{_origin(row)} · {moment(post.published_at, now)} 发布]"
        )
        if post.title:
            st.markdown(f"**{marked_pieces(in_title) or plain(post.title)}**")
        if in_text:
            st.markdown(marked_pieces(in_text))
        elif row.assessment is not None and row.assessment.category is Category.CLAIM_TO_VERIFY:
            claims_text(post.text, _LENGTH)
        else:
            st.text(text if len(text) <= _LENGTH else f"{text[: _LENGTH - 1]}…")
        if len(text) > _LENGTH:
            with st.expander("全文"):
                st.text(text)
        about = [f"涉及 {plain(shortened(row.record_title, 40))}"] if with_record and row.record_title else []
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(" · ".join(about + _figures(row)))
            correct_button(row)
            suggest_button(row)
            link = safe_link(post.url)
            if link is not None:
                st.link_button("查看原帖", link, type="tertiary", icon=":material/open_in_new:")
        if row.assessment is not None:
            with st.expander("为什么这样判"):
                why(row, now)


def marked_pieces(pieces: Sequence[Piece]) -> str:
    """What was found, as markdown in which all of it is text: the hits on a coloured ground."""
    return "".join(inert_lines(one.text, ":orange-background[{}]".format if one.hit else str) for one in pieces)


def reactions_line(post: Post) -> str:
    """The numbers of reactions that are known, each after a dot."""
    counts = post.reactions
    named = (("评论", counts.comments), ("转发", counts.reposts), ("点赞", counts.likes), ("浏览", counts.views))
    return "".join(f" · {name} {count(number)}" for name, number in named if number is not None)


def facts(rows: Sequence[tuple[str, str]]) -> None:
    """Short facts, one a line: a name and a value in trusted markdown."""
    st.markdown("  \n".join(f":gray[{name}]　{value}" for name, value in rows if value))


def table(rows: Sequence[dict[str, Any]], place: Place | None = None) -> None:
    """A table whose cells are already inert; at most 200 rows are drawn. Below it stands what its figures mean, where the
    words of `place` have it."""
    st.table(list(rows)[:200], border="horizontal", hide_index=True)
    if place is not None and rows:
        said = [f"{one.name}：{one.means}" for one in of_heads(list(rows[0]), place.name_of_page)]
        st.caption("  \n".join(map(plain, said)))


def downloads(
    key: str, name: str, title: str, heading: Sequence[str], rows: Callable[[], Sequence[Sequence[Cell]]]
) -> None:
    """Buttons that export a table to files of that name, made when one is pressed; cells are safe to open."""
    made = {
        "xlsx": (lambda: exporting.xlsx(heading, rows(), title), exporting.XLSX),
        "csv": (lambda: exporting.comma_separated(heading, rows()), exporting.CSV),
    }
    for ending, (content, kind) in made.items():
        st.download_button(
            f"导出 .{ending}",
            content,
            f"{name}.{ending}",
            kind,
            on_click="ignore",
            icon=":material/download:",
            key=f"{key}_{ending}",
        )


def source_list() -> SourceList:
    """The sources that there are, looked for again once a second at most."""
    return _sources_in_second(id(backstage().desk), int(steady_seconds()))


@lru_cache(maxsize=1)
def _sources_in_second(_desk: int, _second: int) -> SourceList:
    return backstage().desk.sources.current()


def source_names() -> dict[str, str]:
    """The sources that are to be read, id to name."""
    return {source.id: source.name for source in source_list().sources}


def source_name(source: str) -> str:
    """What people read for a source, whether or not it is still read."""
    found = source_list().find(source)
    return HAND_SOURCES.get(source) or (source if found is None else found.name)


def health_badge(source: SourceHealth) -> str:
    """How a source stands, as a markdown badge."""
    return f":{_HEALTH_COLOURS[source.standing]}-badge[{source.badge}]"


def recipient_name(recipient: str) -> str:
    """What people read for a recipient of alerts."""
    if recipient == KEEPER:
        return "操作日志链首保管人"
    return office_name() if recipient == OFFICE else recipient


def units_named(unit: str | None, helping: Sequence[CoUnit]) -> str:
    """The units of an incident in a list: 区住建局，协办 区教体局、区水务局（未签收）."""
    named = [f"{plain(one.unit)}{'' if one.acknowledged_at else '（未签收）'}" for one in helping]
    return plain(unit or "未定责任单位") + (f"，协办 {'、'.join(named)}" if named else "")


def incident_facts(row: IncidentRow, now: datetime) -> str:
    """An incident in a list, below its title: state, number, units, category, posts and whether it is acknowledged."""
    category = row.category.label if row.category else "类别未定"
    noted = f"{moment(row.acknowledged_at)} 已签收" if row.acknowledged_at else to_acknowledge(row.awaited)
    facts = [row.id, units_named(row.unit, row.co_units), category, f"{count(row.posts)} 条帖文", noted]
    found = [] if row.deadline is None else [_course(row, row.deadline)]
    return f"{state_badge(row.state)} {' · '.join([*facts, *found])}"


def _course(row: IncidentRow, plan: Deadline) -> str:
    """How long the plan waited, which no clock shows, and whether its report was filed."""
    took = f"发现至启动：{until_start(row.detected_at, plan.started_at)}"
    return took if row.running is not None else f"首报已报送 {moment(plan.ended_at)} · {took}"


def to_acknowledge(awaited: Deadline | None) -> str:
    """That nobody has acknowledged an incident; loudly where that was done before and holds no longer."""
    if awaited is None or awaited.start_reason is None:
        return ":orange[尚未签收]"
    return f":red-background[尚未签收：{plain(awaited.start_reason)}]"


def _reading(row: PostRow) -> str:
    found = row.assessment
    if found is None:
        return ":gray-badge[待研判]"
    by = f" :blue-badge[{_corrected_by(row)}]" if found.corrected else ""
    return f":{_SENTIMENT_COLOURS[found.sentiment]}-badge[{found.sentiment.label}]{by}"


def _corrected_by(row: PostRow) -> str:
    return "随原帖更正" if row.correction is not None and row.correction.follows is not None else "人工更正"


def _category(found: Assessment | None) -> str:
    return f":violet-badge[{found.category.label}]" if found is not None and found.category is not None else ""


def _origin(row: PostRow) -> str:
    return f"{row.post.channel.label} {plain(source_name(row.post.source))}"


def _figures(row: PostRow) -> list[str]:
    post, found = row.post, row.assessment
    figures = [f"互动 {count(post.reactions.total)}"]
    if found is not None:
        if found.duplicate_of is not None:
            figures.append("转载或近似重复")
        if found.why and not found.corrected:
            figures.append(f"依据：{'、'.join(plain(term) for term, _ in found.why[:_TERMS])}")
    if post.version > 1:
        figures.append(f"原文已改过 {post.version - 1} 次")
    return figures + flag_notes(post.flags)

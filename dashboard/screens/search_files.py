"""Offers what 搜索 has found as files for a spreadsheet; one is made, checked for permission and audited when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import streamlit as st

from dashboard import exporting
from dashboard.backstage import Backstage, backstage
from dashboard.signed_in import session_token
from dashboard.wording import shown_text
from nlp.admission import without_personal_data
from pipeline.refusals import Refused
from pipeline.search_export import export
from pipeline.views import PostRow
from records.searches import Search
from records.spreadsheets import Cell
from records.zone import CHINA

_KINDS = {"xlsx": exporting.XLSX, "csv": exporting.CSV}
_HEADING = (
    "发布时间",
    "采集时间",
    "渠道",
    "来源",
    "标题",
    "正文",
    "研判",
    "类别",
    "涉及公开事项",
    "评论",
    "转发",
    "点赞",
    "浏览",
    "网址",
)


def draw(search: Search, source_name: Callable[[str], str]) -> None:
    """Draw the buttons."""
    parts, token = backstage(), session_token()
    for ending, kind in _KINDS.items():
        st.download_button(
            f"导出 .{ending}",
            lambda ending=ending: made(parts, token, search, ending, source_name),  # type: ignore[misc]
            f"搜索结果-{parts.now().astimezone(CHINA):%Y%m%d-%H%M}.{ending}",
            kind,
            on_click="ignore",
            icon=":material/download:",
            key=f"search_{ending}",
        )


def made(parts: Backstage, token: str | None, search: Search, ending: str, source_name: Callable[[str], str]) -> bytes:
    """The file, for whoever is signed in with that token now. Raises Refused."""
    person = parts.person(token)
    if person is None:
        raise Refused("登录已结束，请重新登录")
    with parts.desk.search_indexes() as indexes:
        found = export(parts.store, person, indexes, search, parts.now(), without_personal_data)
    lines = [_line(row, source_name(row.post.source)) for row in found.rows]
    if found.found > len(lines):
        lines.append((f"共找到 {found.found} 条，这里是最新的 {len(lines)} 条；其余的请缩小时间后再导出。",))
    if ending == "csv":
        return exporting.comma_separated(_HEADING, _filled(lines))
    return exporting.xlsx(_HEADING, _filled(lines), "搜索结果")


def _line(row: PostRow, source: str) -> tuple[Cell, ...]:
    post, read, counts = row.post, row.assessment, row.post.reactions
    return (
        _written(post.published_at),
        _written(post.seen_at),
        post.channel.label,
        source,
        shown_text(post.title or ""),
        shown_text(post.text),
        "待研判" if read is None else read.sentiment.label,
        read.category.label if read is not None and read.category is not None else "",
        row.record_title or "",
        counts.comments,
        counts.reposts,
        counts.likes,
        counts.views,
        post.url or "",
    )


def _written(at: datetime) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"


def _filled(lines: Sequence[tuple[Cell, ...]]) -> list[tuple[Cell, ...]]:
    return [(*line, *("",) * (len(_HEADING) - len(line))) for line in lines]

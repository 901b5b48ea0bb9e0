"""The official site: published disclosure records and notices as lists and detail pages, in UTF-8."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape

from samples.town.dates import official_date, official_minute
from samples.town.moment import Moment
from samples.town.pages.answers import Answer, forbidden_page, html_page, not_found, page_of, paragraphs, robots
from samples.town.reading import Item, Record
from samples.town.records import in_year

_LIST = re.compile(r"/(gongkai|tongzhi)/(?:index(?:_(\d+))?\.html)?")
_DETAIL = re.compile(r"/(gongkai|tongzhi)/(\w+)\.html")


def answer(moment: Moment, path: str, query: Mapping[str, str]) -> Answer:
    """The page at `path`."""
    if path == "/robots.txt":
        return robots("/neibu/")
    if path.startswith("/neibu/"):
        return forbidden_page()
    if path == "/":
        return html_page(moment.texts.names["official"], _HOME)
    if found := _LIST.fullmatch(path):
        return _list(moment, found[1], int(found[2] or 1))
    if found := _DETAIL.fullmatch(path):
        return _record(moment, found[2]) if found[1] == "gongkai" else _notice(moment, found[2])
    return not_found()


_HOME = (
    '<ul class="nav"><li><a href="/gongkai/index.html">党务公开</a></li>'
    '<li><a href="/tongzhi/index.html">通知公告</a></li></ul>'
)


def _public(moment: Moment) -> list[Record]:
    """Newest first. What is published inside the party has no page that anyone may read."""
    return sorted((r for r in moment.texts.records if r.scope == "public"), key=moment.published, reverse=True)


def _list(moment: Moment, section: str, page: int) -> Answer:
    rows = _record_lines(moment) if section == "gongkai" else _notice_lines(moment)
    cut = page_of(rows, page, moment.texts.page_size["official"])
    if cut is None:
        return not_found()
    lines, pages = cut
    links = [
        f'<a class="{"next" if number == page + 1 else "page"}" href="/{section}/{_name(number)}">'
        f"{'下一页' if number == page + 1 else number}</a>"
        for number in range(1, pages + 1)
        if number != page
    ]
    body = f'<ul class="list">{"".join(lines)}</ul><div class="pages">{" ".join(links)}</div>'
    return html_page(f"{moment.texts.names['official']}", body)


def _name(page: int) -> str:
    return "index.html" if page == 1 else f"index_{page}.html"


def _record_lines(moment: Moment) -> Sequence[str]:
    lines = [
        _line(f"/gongkai/{record.id}.html", in_year(record.title, moment.published(record)), moment.published(record))
        for record in _public(moment)
    ]
    inside = [r for r in moment.texts.records if r.scope == "party"]
    return [*lines, *(_line(f"/neibu/{r.id}.html", "党内公开事项（须内网登录）", moment.published(r)) for r in inside)]


def _notice_lines(moment: Moment) -> Sequence[str]:
    newest_first = list(reversed(moment.of("notice")))
    lines = [_line(f"/tongzhi/{n.id}.html", n.title or "", moment.when(n)) for n in newest_first]
    return [*lines, _line("/neibu/tongbao.html", "内部情况通报（须内网登录）", moment.pace.epoch)]


def _line(href: str, title: str, at: datetime) -> str:
    return f'<li><a href="{href}">{escape(title)}</a><span class="date">{official_date(at)}</span></li>'


def _record(moment: Moment, record_id: str) -> Answer:
    record = next((r for r in _public(moment) if r.id == record_id), None)
    if record is None:
        return not_found()
    at = moment.published(record)
    number = "" if record.doc_number is None else in_year(record.doc_number, at)
    meta = (
        f'<div class="meta"><span>文号：<b class="number">{number}</b></span>'
        f'<span>发布日期：<b class="date">{official_date(at)}</b></span>'
        f'<span>发布机构：<b class="unit">{escape(record.unit)}</b></span></div>'
    )
    title = in_year(record.title, at)
    body = f'<h1 class="title">{escape(title)}</h1>{meta}<div class="content">{paragraphs(record.body)}</div>'
    return html_page(title, body)


def _notice(moment: Moment, item_id: str) -> Answer:
    item: Item | None = moment.one("notice", item_id)
    if item is None:
        return not_found()
    meta = (
        f'<div class="meta"><span>发布时间：<b class="date">{official_minute(moment.when(item))}</b></span>'
        f'<span>浏览：<b class="views">{moment.grown(item, item.views)}</b></span>'
        f'<span class="editor">责任编辑：{escape(moment.nickname(item))}</span></div>'
    )
    body = f'<h1 class="title">{escape(item.title or "")}</h1>{meta}<div class="content">{paragraphs(item.text)}</div>'
    return html_page(item.title or "", body)

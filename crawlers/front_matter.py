"""Finds what a page says of its text beside the text: its title and when it was published, without selectors."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from selectolax.lexbor import LexborNode

from crawlers.bylines import is_date, is_label
from crawlers.dates import Dated, dated
from crawlers.main_text import holding_text
from crawlers.outline import Line, Outline, without_blanks
from records.zone import CHINA

_TITLES = ("articletitle", "og:title", "twitter:title", "weibo:article:title")
_TIMES = (
    "pubdate",
    "publishdate",
    "pub_date",
    "publish_date",
    "publish-date",
    "publishtime",
    "published_time",
    "article:published_time",
    "og:published_time",
    "bytedance:published_time",
    "weibo:article:create_at",
    "datepublished",
    "firstpublishedtime",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "og:release_date",
    "releasedate",
    "date",
)
_LINKED_DATA = re.compile(r"<script[^<>]{0,200}application/ld\+json[^<>]{0,200}>", re.IGNORECASE)
_LONGEST_DATA = 50_000
_MOST_SCRIPTS = 8
_MOST_METAS = 200
_FAR_IN = 500_000
_DEEPEST = 6
_TITLE_LABEL = re.compile(
    r"(?:信件|留言|信息|文章|来信|文件|帖子)(?:标题|主题|名称)\s*[:：\s]\s*(?P<title>\S.{3,80})|标题\s*[:：]\s*(?P<bare>\S.{3,80})"
)
_KIND = re.compile(r"^\s*[\[【][^\]】]{1,8}[\]】]\s*(?=.{4})")
_BESIDE_SITE = re.compile(r"\s*(?:[-_|–—·•]+|>>)\s*|\s{2,}")
_LONGEST_TITLE = 120
_SHORTEST_TITLE = 6
_LONGEST_ALONE = 50
_ENDS_OF_SENTENCES = ("。", "：", ":", "；", ".")
_LABELLED = re.compile(
    r"(?:(?:发布|发表|发稿|公布|公开|上传|发帖|信息|写信|来信|访谈|提问|留言|更新|生成|印发)?(?:时间|日期)\s*[:：]|(?:发布|发表|发)(?:于|布)?\s*[:：]?)"
    r"\s*(?P<date>[\d〇○零一二三四五六七八九半两昨今前刚][^|｜]{0,30})|\b(?:Posted|Published)\b[^|]{0,30}?\bon\s(?P<english>[A-Z][^|]{5,30})"
)
_SHOWN = re.compile(
    r"(?:\d{4}\s*[-/.年]\s*)?(?<!\d)(?:1[0-2]|0?[1-9])\s*[-/.月]\s*\d{1,2}\s*日?\s*\d{1,2}:\d{2}(?::\d{2})?|\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?"
    r"|\d+\s*(?:分钟|小时|天)前|(?:昨天|前天)(?:\s*\d{1,2}:\d{2})?"
)
_SITE_CLOCK = re.compile(r"今天是|现在(?:是|时间)|当前时间|欢迎(?:光临|您)")
_IN_ADDRESS = (
    re.compile(r"/[tW]?0?((?:19|20)\d\d)([01]\d)([0-3]\d)(?=[/_.-])"),
    re.compile(r"/((?:19|20)\d\d)[-/]([01]?\d)[-/]([0-3]?\d)(?=/)"),
    re.compile(r"/((?:19|20)\d\d)[-/]?([01]\d)/([0-3]\d)(?=/)"),
)
_TIME_NAMES = "[class*=time], [id*=time], [class*=date], [id*=date], [class*=pub], [itemprop=datePublished]"
_IN_SCRIPT = re.compile(
    r"""\b(?:ct|create_?time|publish_?time|pub_?time|pub_?date|ptime|publish_?date)["']?\s*[:=]\s*["'](\d{10}|\d{13}|\d{4}-\d\d-\d\d[ T][\d:]{5,8})["']""",
    re.IGNORECASE,
)
_LINES_AFTER = 6
_LAST_LINES = 4
_HEAD_LINES = 60


def title_of(root: LexborNode, outline: Outline, html: str) -> str | None:
    """The title of the text on a page; `html` is the page as it came."""
    said = [*_meta(root, _TITLES), *_linked_data(html, "headline")]
    window = _node_text(root.css_first("title"))
    before = _before_text(outline)
    for line in reversed(before):
        named = _TITLE_LABEL.fullmatch(line.text)
        if named:
            return named["title"] or named["bare"]
    shortest = 0.6 * len(without_blanks(said[0])) if said else _SHORTEST_TITLE
    for text in (text for line in reversed(before) for text in (line.text, _KIND.sub("", line.text))):
        bare = without_blanks(text)
        if shortest <= len(bare) and any(bare in without_blanks(other) for other in (*said, window)):
            return text
    if said:
        return _without_site(said[0])
    return _heading(root, before, outline) or _without_site(window) or None


def published(root: LexborNode, outline: Outline, page: str, url: str, now: datetime) -> Dated | None:
    """When the text on a page was published, as far as the page or its address says; never later than `now`.

    A day alone gives way to a time on that day.
    """
    first: Dated | None = None
    for shown in _shown_times(root, outline, page, url):
        read = dated(shown, now)
        if read.flag is not None:
            continue
        if first is None:
            first = read
        if not _is_midnight(first.at):
            return first
        if not _is_midnight(read.at) and timedelta() <= read.at - first.at < timedelta(days=1):
            return read
    return first


def _shown_times(root: LexborNode, outline: Outline, page: str, url: str) -> Iterator[str]:
    """What may be the time of publication, the surest first."""
    yield from _linked_data(page, "datePublished", "pubDate")
    yield from _meta(root, _TIMES)
    for element in root.css("time[datetime]")[:3]:
        yield element.attributes.get("datetime") or ""
    above = [line for line in _before_text(outline) if not _SITE_CLOCK.search(line.text)]
    _, text = holding_text(outline)
    near = [*(line.text for line in (*reversed(above), *text[:3])), *_after_text(outline, text)]
    labelled = [found for line in near if (found := _LABELLED.search(line))]
    yield from (found["date"] or found["english"] for found in labelled)
    for line in near:
        if is_label(line) or is_date(line):
            yield from _SHOWN.findall(line)
    for element in root.css(_TIME_NAMES)[:5]:
        yield from _SHOWN.findall(element.text()[:_LONGEST_TITLE])
    yield from _IN_SCRIPT.findall(page[:_FAR_IN])
    last = [line.text for line in above if line.worth <= 0][-_LAST_LINES:]
    yield from (shown for line in last for shown in _SHOWN.findall(line))
    yield from ("-".join(found.groups()) for pattern in _IN_ADDRESS if (found := pattern.search(url)))
    yield from (line.text for line in reversed(text[-_LAST_LINES:]) if is_date(line.text))


def _is_midnight(at: datetime) -> bool:
    local = at.astimezone(CHINA)
    return (local.hour, local.minute, local.second) == (0, 0, 0)


def _before_text(outline: Outline) -> list[Line]:
    """The lines before the first sentence of the text, without links, and that sentence's own line."""
    _, text = holding_text(outline)
    first = next((line for line in text if line.worth > 0), None)
    lines: list[Line] = []
    for line in outline.lines:
        if not line.linked:
            lines.append(line)
        if line is first:
            break
    return [line for line in lines[-_HEAD_LINES:] if len(line.text) <= _LONGEST_TITLE]


def _after_text(outline: Outline, text: list[Line]) -> list[str]:
    """The next lines after the text."""
    last = outline.lines.index(text[-1]) if text else len(outline.lines)
    following = outline.lines[last + 1 : last + 1 + _LINES_AFTER]
    return [line.text for line in following if not line.linked and len(line.text) <= _LONGEST_TITLE]


def _meta(root: LexborNode, names: tuple[str, ...]) -> list[str]:
    """The contents of the page's meta elements of these names, in the order of the names."""
    found: dict[str, str] = {}
    for element in root.css("meta[content]")[:_MOST_METAS]:
        attributes = element.attributes
        name = attributes.get("name") or attributes.get("property") or attributes.get("itemprop") or ""
        content = (attributes.get("content") or "").strip()
        if content:
            found.setdefault(without_blanks(name).lower(), content)
    return [found[name] for name in names if name in found]


def _linked_data(page: str, *keys: str) -> list[str]:
    """The texts under these keys in the page's linked data."""
    found: list[str] = []
    for script in islice(_LINKED_DATA.finditer(page[:_FAR_IN]), _MOST_SCRIPTS):
        end = page.find("</script", script.end(), script.end() + _LONGEST_DATA)
        try:
            found += _under(json.loads(page[script.end() : end], strict=False), keys, _DEEPEST)
        except (ValueError, RecursionError):
            continue
    return found


def _under(data: Any, keys: tuple[str, ...], deepest: int) -> Iterator[str]:
    if deepest == 0:
        return
    if isinstance(data, dict):
        yield from (said.strip() for said in map(data.get, keys) if isinstance(said, str) and said.strip())
        data = list(data.values())
    if isinstance(data, list):
        for inner in data:
            yield from _under(inner, keys, deepest - 1)


def _heading(root: LexborNode, before: list[Line], outline: Outline) -> str | None:
    """The last heading before the text; without one, the last line there that could be one, if text follows it."""
    headings = {
        _node_text(element) for element in root.css("h1, h2, h3, [class*=title], [id*=title], [class*=tit]")[:50]
    }
    fitting = [line.text for line in before if line.worth >= 0 and len(without_blanks(line.text)) >= _SHORTEST_TITLE]
    named = [text for text in fitting if text in headings]
    if named:
        return named[-1]
    alone = [text for text in fitting if len(text) <= _LONGEST_ALONE and not text.endswith(_ENDS_OF_SENTENCES)]
    sentences = [line for line in outline.lines if line.worth > 0]
    return alone[-1] if alone and len(sentences) > 1 else None


def _without_site(title: str) -> str:
    """The title without the site's name: the longest of its parts."""
    parts = [part for part in _BESIDE_SITE.split(title.strip()) if part]
    return max(parts, key=len, default="")


def _node_text(node: LexborNode | None) -> str:
    return " ".join(node.text().split()) if node is not None else ""

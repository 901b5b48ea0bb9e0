"""Turns entries of the public site (回应公开) into its files: index, one page an entry, feed, sitemap, style.

Every page is plain HTML that needs no script and nothing from elsewhere; the same entries give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from records.answers import PublicWords
from records.disclosures import Disclosure
from records.zone import CHINA

MANIFEST = "manifest.json"
"""Lists every other file with its hash: by it the next writing knows that the folder is one of its own."""

_UNSHOWN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)

STYLE = """
:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0;background:#ffffff;color:#1b2733;font:1.0625rem/1.8 "Noto Sans CJK SC","Source Han Sans SC","PingFang SC",
"Microsoft YaHei",sans-serif;overflow-wrap:anywhere}
.skip{position:absolute;left:-999rem}
.skip:focus{left:.5rem;top:.5rem;background:#ffffff;color:#0b4a82;padding:.5rem 1rem;outline:3px solid #0b4a82}
header,main,footer{max-width:46rem;margin:0 auto;padding:1rem 1.25rem}
header{border-bottom:3px solid #0b4a82}
header p,footer p{margin:0}
h1{font-size:1.6rem;line-height:1.4;margin:.8rem 0}
h2{font-size:1.25rem;line-height:1.5;margin:2rem 0 .5rem;border-left:.3rem solid #0b4a82;padding-left:.6rem}
h3{font-size:1.0625rem;margin:1.4rem 0 .2rem}
p{margin:.5rem 0}
a{color:#0b4a82}
a:focus-visible,summary:focus-visible{outline:3px solid #0b4a82;outline-offset:2px}
dl{margin:1rem 0;display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}
dt{color:#4a5866}
dd{margin:0}
ul.entries{list-style:none;padding:0}
ul.entries li{border-bottom:1px solid #c9d3dc;padding:.8rem 0}
ul.entries a{font-size:1.125rem;font-weight:600}
.quiet{color:#4a5866;font-size:.9375rem}
summary{cursor:pointer;color:#0b4a82}
footer{border-top:1px solid #c9d3dc;margin-top:2rem}
@media (max-width:30rem){dl{grid-template-columns:1fr}dd{margin:0 0 .5rem}}
@media print{.skip,nav{display:none}header{border-bottom:1px solid #000000}body{font-size:11pt;color:#000000}
a{color:#000000;text-decoration:none}h2,h3{break-after:avoid}}
""".lstrip()


@dataclass(frozen=True, slots=True)
class SiteEntry:
    """One published entry: its id, its words, the record it explains, and when it became public."""

    id: str
    words: PublicWords
    record: Disclosure
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Site:
    """Whose site it is and where it will stand: its address ends with a slash."""

    name: str
    office: str
    address: str


def files(site: Site, entries: Iterable[SiteEntry]) -> dict[str, bytes]:
    """Every file of the site by its name, the newest entry first in each list."""
    ordered = sorted(entries, key=lambda one: (one.published_at, one.id), reverse=True)
    made = {
        "style.css": STYLE,
        "index.html": _index(site, ordered),
        "feed.xml": _feed(site, ordered),
        "sitemap.xml": _sitemap(site, ordered),
        **{_file(one): _entry(site, one) for one in ordered},
    }
    content = {name: text.encode() for name, text in made.items()}
    return content | {MANIFEST: _manifest(content)}


def _manifest(content: Mapping[str, bytes]) -> bytes:
    hashes = {name: hashlib.sha256(content[name]).hexdigest() for name in sorted(content)}
    return (json.dumps({"made_by": "huiying publish", "files": hashes}, ensure_ascii=False, indent=1) + "\n").encode()


def _file(one: SiteEntry) -> str:
    return f"{one.id}.html"


def _index(site: Site, entries: Sequence[SiteEntry]) -> str:
    rows = "".join(
        f'<li><a href="{_said(_file(one))}">{_said(one.words.title)}</a><br/>'
        f'<span class="quiet">{_said(one.record.unit)} · {_time(one.published_at)}</span></li>\n'
        for one in entries
    )
    listed = f'<ul class="entries">\n{rows}</ul>' if entries else "<p>目前没有公开的回应。</p>"
    body = (
        "<h1>回应公开</h1>\n<p>这里公布群众对已公开事项普遍关心的疑问、答复和办理情况。疑问由工作人员归纳，不引用任何人的原话，"
        f'不涉及任何个人。<a href="feed.xml">订阅更新（Atom）</a></p>\n{listed}'
    )
    return _page(site, f"回应公开 · {site.name}", body, home=False)


def _entry(site: Site, one: SiteEntry) -> str:
    record, words = one.record, one.words
    asked = "".join(
        f"<h3>问：{_said(exchange.question)}</h3>\n{_paragraphs(f'答：{exchange.answer}')}"
        for exchange in words.exchanges
    )
    done = f"<h2>办理情况</h2>\n{_paragraphs(words.done)}" if words.done else ""
    interpretation = f"<h2>解读</h2>\n{_paragraphs(record.interpretation)}" if record.interpretation else ""
    text = (
        f"<details>\n<summary>查看公开的内容</summary>\n{_paragraphs(record.body)}</details>"
        if record.body.strip()
        else ""
    )
    facts = [("公开事项", record.title), ("文号", record.doc_number or ""), ("责任单位", record.unit)]
    rows = "".join(f"<dt>{name}</dt><dd>{_said(value)}</dd>\n" for name, value in facts if value)
    body = (
        f"<article>\n<h1>{_said(words.title)}</h1>\n"
        f"<dl>\n{rows}<dt>事项公开时间</dt><dd>{_time(record.published_at)}</dd>\n"
        f"<dt>回应公开时间</dt><dd>{_time(one.published_at)}</dd>\n</dl>\n"
        f"<h2>大家关心的问题</h2>\n{asked}{done}{interpretation}{text}\n</article>"
    )
    return _page(site, f"{words.title} · 回应公开", body, home=True)


def _page(site: Site, title: str, body: str, *, home: bool) -> str:
    back = '<nav aria-label="返回"><a href="index.html">回应公开首页</a></nav>' if home else ""
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8"/>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
        f"<title>{_said(title)}</title>\n"
        '<link rel="stylesheet" href="style.css"/>\n'
        '<link rel="alternate" type="application/atom+xml" title="回应公开" href="feed.xml"/>\n'
        '</head>\n<body>\n<a class="skip" href="#content">跳到正文</a>\n'
        f"<header>\n<p><strong>{_said(site.name)}</strong></p>\n{back}</header>\n"
        f'<main id="content">\n{body}\n</main>\n'
        f'<footer>\n<p class="quiet">{_said(site.office)}审定。本站不收集访问者的任何信息。</p>\n</footer>\n</body>\n</html>\n'
    )


def _feed(site: Site, entries: Sequence[SiteEntry]) -> str:
    updated = entries[0].published_at if entries else datetime(2000, 1, 1, tzinfo=UTC)
    rows = "".join(
        f"<entry>\n<id>{_said(site.address + _file(one))}</id>\n<title>{_said(one.words.title)}</title>\n"
        f'<link href="{_said(site.address + _file(one))}"/>\n<updated>{_stamp(one.published_at)}</updated>\n'
        f"<summary>{_said('；'.join(exchange.question for exchange in one.words.exchanges))}</summary>\n</entry>\n"
        for one in entries
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">\n'
        f"<id>{_said(site.address)}</id>\n<title>回应公开 · {_said(site.name)}</title>\n"
        f'<link rel="self" href="{_said(site.address)}feed.xml"/>\n<link href="{_said(site.address)}"/>\n'
        f"<updated>{_stamp(updated)}</updated>\n<author><name>{_said(site.office)}</name></author>\n{rows}</feed>\n"
    )


def _sitemap(site: Site, entries: Sequence[SiteEntry]) -> str:
    pages = [(site.address, entries[0].published_at if entries else None)]
    pages += [(site.address + _file(one), one.published_at) for one in entries]
    rows = "".join(
        f"<url><loc>{_said(address)}</loc>{f'<lastmod>{_stamp(at)}</lastmod>' if at else ''}</url>\n"
        for address, at in pages
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n'
    )


def _paragraphs(text: str) -> str:
    """Each line of a text as a paragraph."""
    return "".join(f"<p>{_said(line)}</p>\n" for line in text.splitlines() if line.strip())


def _said(text: str) -> str:
    """Text for HTML and XML alike: escaped, without characters that cannot be seen."""
    return escape(_UNSHOWN.sub("", text).strip())


def _time(at: datetime) -> str:
    local = at.astimezone(CHINA)
    return f'<time datetime="{local:%Y-%m-%d}">{local.year}年{local.month}月{local.day}日</time>'


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

"""Draws the scores of a model as one Chinese web page: who was taken for what, calibration, places, worst mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from nlp.corpus import Labelled
from nlp.measures import (
    Bin,
    Confusion,
    Mistake,
    calibration_bins,
    category_confusion,
    measurable,
    sentiment_confusion,
    slices,
    worst_categories,
    worst_links,
    worst_sentiments,
)
from nlp.scoring import LABELS, LOWER_IS_BETTER, Read, scores
from records.assessments import Assessment
from records.words import Category, Sentiment

MOST_MISTAKES = 15
_LONGEST = 240

_STYLE = """
:root{color-scheme:light}
body{margin:0 auto;max-width:1080px;padding:24px;background:#fff;color:#1b2733;line-height:1.6;font-size:16px;
font-family:"Noto Sans CJK SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",sans-serif}
h1{font-size:26px}h2{font-size:21px;border-bottom:2px solid #1f4e79;padding-bottom:4px;margin-top:40px}h3{font-size:17px}
a{color:#1f4e79}p.said{color:#43525f}
.wide{overflow-x:auto}
table{border-collapse:collapse;margin:8px 0 20px;font-size:15px}
caption{text-align:left;font-weight:600;padding:4px 0}
th,td{border:1px solid #b8c4cf;padding:5px 9px;text-align:right;vertical-align:top}
th{background:#eef2f6;font-weight:600}th[scope=row]{text-align:left}
td.right{font-weight:700}td.text{text-align:left;max-width:520px;overflow-wrap:anywhere}td.word{text-align:left}
@page{margin:14mm}
@media print{body{padding:0;font-size:10pt;max-width:none}h2,caption{break-after:avoid}tr{break-inside:avoid}
nav{display:none}.wide{overflow:visible}table{font-size:8pt}th,td{padding:2px 4px}td.text{max-width:none}
td,th{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
""".strip()


@dataclass(frozen=True, slots=True)
class Part:
    """One set of labelled posts as a model read them first, and `last`, once later posts had made some of them clear."""

    title: str
    said: str
    read: Read
    last: Read = ()

    @property
    def places(self) -> dict[str, Read]:
        """The part of each place."""
        names = dict.fromkeys(p.place for p, _ in self.read)
        return {name: [pair for pair in self.read if pair[0].place == name] for name in names}


def page(model: str, parts: Sequence[Part]) -> str:
    """The page; the same parts give the same page."""
    links = "".join(f'<li><a href="#part{n}">{escape(part.title)}</a></li>' for n, part in enumerate(parts, 1))
    body = "".join(_part(part, n) for n, part in enumerate(parts, 1))
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>研判评测 · 模型 {escape(model)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>研判评测</h1><p>现用模型 <strong>{escape(model)}</strong>。分数在 0 与 1 之间，越高越好；"
        f"{'、'.join(LABELS[name] for name in LABELS if name in LOWER_IS_BETTER)}越低越好。</p>"
        f'<nav aria-label="目录"><ul>{links}</ul></nav><main>{body}</main></body></html>\n'
    )


def _part(part: Part, number: int) -> str:
    return (
        f'<section aria-labelledby="part{number}"><h2 id="part{number}">{escape(part.title)}</h2>'
        f'<p class="said">{escape(part.said)}。</p>'
        f"{_places(part)}{_slices(part.read)}"
        f"{_confusion('情感：写的是（行），判成（列）', sentiment_confusion(part.read))}"
        f"{_confusion('类别：写的是（行），判成（列）；只算写的或判的是负面的', category_confusion(part.read))}"
        f"{_calibration(calibration_bins(part.read))}"
        f"{_mistakes('最有把握的情感误判', worst_sentiments(part.read, MOST_MISTAKES))}"
        f"{_mistakes('最有把握的关联误判', worst_links(part.read, MOST_MISTAKES))}"
        f"{_mistakes('最有把握的类别误判', worst_categories(part.read, MOST_MISTAKES))}</section>"
    )


def _places(part: Part) -> str:
    rows = list(part.places.items())
    if len(rows) != 1:
        rows.append(("全部", part.read))
    return _table(
        "各地点的分数",
        ["地点", "帖子", *LABELS.values()],
        [name for name, _ in rows],
        [_scored(read) for _, read in rows],
    )


def _scored(read: Read) -> list[str]:
    found, told = scores(read), measurable(read)
    return [f"{found.posts}", *(f"{getattr(found, score):.3f}" if score in told else "—" for score in LABELS)]


def _slices(read: Read) -> str:
    found = slices(read)
    if not found:
        return ""
    cells = [[f"{one.posts}", f"{one.share:.3f}"] for one in found]
    return _table("难读的几类", ["哪一类", "帖子", "比例"], [one.label for one in found], cells)


def _confusion(caption: str, found: Confusion) -> str:
    if not any(map(any, found.counts)):
        return ""
    head = "<td></td>" + "".join(f'<th scope="col">{escape(name)}</th>' for name in [*map(_name, found.values), "合计"])
    rows = []
    for at, (value, counts) in enumerate(zip(found.values, found.counts, strict=True)):
        cells = "".join(_cell(count, sum(counts), right=n == at) for n, count in enumerate(counts))
        rows.append(f'<tr><th scope="row">{escape(_name(value))}</th>{cells}<td>{sum(counts)}</td></tr>')
    return (
        f'<div class="wide"><table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _cell(count: int, total: int, *, right: bool) -> str:
    share = count / total if total else 0.0
    colour = "46,125,50" if right else "198,40,40"
    kind = ' class="right"' if right else ""
    return f'<td{kind} style="background:rgba({colour},{share * 0.45:.2f})">{count}<br><small>{share:.0%}</small></td>'


def _name(value: Sentiment | Category | None) -> str:
    return "非负面" if value is None else value.label


def _calibration(bins: Sequence[Bin]) -> str:
    cells = [
        [f"{one.posts}", f"{one.promised:.1%}", f"{one.came:.1%}", f"{one.promised - one.came:+.1%}"] for one in bins
    ]
    names = [f"{one.low:.0%}–{one.high:.0%}" for one in bins]
    return _table("负面概率准不准：说几成，实际几成", ["概率", "帖子", "平均概率", "实际负面", "差"], names, cells)


def _mistakes(caption: str, mistakes: Sequence[Mistake]) -> str:
    if not mistakes:
        return ""
    rows = "".join(_mistake(one) for one in mistakes)
    head = "".join(f'<th scope="col">{name}</th>' for name in ("把握", "原文", "写的是", "判成", "依据"))
    return (
        f'<div class="wide"><table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _mistake(one: Mistake) -> str:
    post = one.post.post
    text = f"{post.title}　{post.text}" if post.title else post.text
    shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    reasons = "、".join(term for term, _ in one.found.why)
    return (
        f'<tr><td>{one.sure:.0%}</td><td class="text">{escape(shown)}<br><small>{escape(one.post.place)} '
        f'{escape(post.id)}</small></td><td class="word">{escape(_verdict(one.post))}</td>'
        f'<td class="word">{escape(_verdict(one.found))}</td><td class="word">{escape(reasons)}</td></tr>'
    )


def _verdict(read: Labelled | Assessment) -> str:
    words = [read.sentiment.label, read.category.label if read.category else "", read.disclosure or "无事项"]
    return "·".join(word for word in words if word)


def _table(caption: str, head: Sequence[str], names: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    columns = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in row)}</tr>'
        for name, row in zip(names, cells, strict=True)
    )
    return (
        f'<div class="wide"><table><caption>{escape(caption)}</caption><thead><tr>{columns}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )

"""The main text of pages without selectors: how much of it is found, beside trafilatura; what never is in it; what it costs.

`pytest -s` shows the figures of every page.
"""

from __future__ import annotations

import logging
import re
import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crawlers.articles import Article, read_article
from crawlers.encoding import decoded
from crawlers.main_text import main_text
from crawlers.markup import parsed
from crawlers.outline import outlined
from crawlers.reading import Item, Page
from records.zone import CHINA
from tests.effort import effort

PAGES = Path(__file__).parent / "pages_main_text"
TRUTH: list[dict[str, Any]] = yaml.safe_load((PAGES / "truth.yaml").read_text(encoding="utf-8"))
FETCHED = datetime(2026, 3, 9, 12, 0, tzinfo=CHINA)
FLOOR = 0.99
FLOOR_OF_EACH = 0.90
WRITERS = (
    *("许文静", "周立群", "何清源", "孟小舟", "卢晓晨", "夏雨荷", "邱少白", "陶知远", "顾明月"),
    *("林小满", "柳一白", "石磊", "棠梨", "葛小舟", "洪小雨", "北风吹", "麦田守望", "小城故事多"),
    *("蓝天下的麦子", "老城根", "路人甲", "风铃草", "阿强修车", "书院巷12号", "章**"),
)
"""Everybody whom the pages name as having written, edited or commented."""


def html_of(row: dict[str, Any]) -> str:
    return decoded((PAGES / f"{row['page']}.html").read_bytes(), "text/html").text


def item_of(row: dict[str, Any]) -> Item:
    page = Page(row["url"], html_of(row), FETCHED)
    (item,) = read_article(page, {"key": row["url"]}, "here", Article()).items
    return item


def text_in(html: str) -> str:
    root = parsed(html).root
    assert root is not None
    return main_text(outlined(root))


def likeness(found: str, meant: str) -> float:
    """F1 over the pairs of neighbouring characters, white space left out."""
    a, b = _pairs(found), _pairs(meant)
    return 2 * (a & b).total() / max(a.total() + b.total(), 1)


def _pairs(text: str) -> Counter[str]:
    bare = re.sub(r"\s+", "", text)
    return Counter(first + second for first, second in pairwise(bare))


def untitled(text: str, title: str) -> str:
    """The text without its title at the beginning: extractors differ in whether it belongs to the text."""
    lines = text.strip().split("\n")
    bare = re.sub(r"\s", "", title)
    return "\n".join(line for n, line in enumerate(lines) if n > 2 or re.sub(r"[\s#]", "", line) != bare)


def trafilatura(**options: Any) -> Callable[[str], str]:
    from trafilatura import extract

    return lambda html: extract(html, include_comments=False, **options) or ""


@pytest.mark.parametrize("row", TRUTH, ids=[row["page"] for row in TRUTH])
def test_title_time_and_text_are_found_without_selectors(row: dict[str, Any]) -> None:
    item = item_of(row)
    assert (item.title, item.published_at, item.flags) == (row["title"], datetime.fromisoformat(row["published"]), ())
    assert likeness(item.text, row["text"]) >= FLOOR_OF_EACH


def test_the_text_is_found_better_than_trafilatura_finds_it() -> None:
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    systems: dict[str, Callable[[str], str]] = {
        "trafilatura": trafilatura(),
        "fast": trafilatura(fast=True),
        "precise": trafilatura(favor_precision=True),
    }
    scores: dict[str, list[float]] = {"ours": [], **{name: [] for name in systems}}
    lines = []
    for row in TRUTH:
        scores["ours"].append(likeness(item_of(row).text, row["text"]))
        for name, extracted in systems.items():
            scores[name].append(likeness(untitled(extracted(html_of(row)), row["title"]), row["text"]))
        lines.append("  ".join([f"{row['page']:20}", *(f"{name} {found[-1]:.3f}" for name, found in scores.items())]))
    means = {name: sum(found) / len(found) for name, found in scores.items()}
    sys.stdout.write("\n" + "\n".join([*lines, "  ".join(f"{name} {mean:.3f}" for name, mean in means.items())]))
    assert len(TRUTH) >= 24
    assert means["ours"] >= FLOOR
    assert means["ours"] > max(mean for name, mean in means.items() if name != "ours")


def test_no_name_of_a_writer_editor_or_commenter_is_in_any_text() -> None:
    pages = " ".join(html_of(row) for row in TRUTH)
    assert [name for name in WRITERS if name not in pages] == []
    assert [(row["page"], name) for row in TRUTH for name in WRITERS if name in repr(item_of(row))] == []


@pytest.mark.parametrize(
    "byline",
    [
        "作者：张三丰",
        "责任编辑：张三丰",
        "编辑 | 张三丰",
        "记者 张三丰 通讯员 李四光",
        "本报记者 张三丰",
        "文/张三丰 图/李四光",
        "来源：县融媒体中心 记者：张三丰 编辑：李四光 审核：王五常",
        "（记者 张三丰）",
        "（作者：张三丰，系县农业农村局干部）",
        "（通讯员 张三丰 李四光）",
        "（张三丰 摄）",
        "（县文联 张三丰 供稿）",
        "一审：张三丰 二审：李四光 三审：王五常",
        "撰文：张三丰丨摄影：李四光",
    ],
)
def test_a_byline_at_either_end_is_dropped(byline: str) -> None:
    said = "<p>县城三条公交线路今天起调整走向，首末班时间不变。</p><p>市民可以拨打热线咨询，站牌三天内换完。</p>"
    for body in (f"<p>{byline}</p>{said}", f"{said}<p>{byline}</p>"):
        text = text_in(f"<div>{body}</div>")
        assert "首末班" in text
        assert "站牌" in text
        assert not any(name in text for name in ("张三丰", "李四光", "王五常"))


def test_a_byline_in_brackets_within_a_sentence_is_cut_out_of_it() -> None:
    said = "本报讯（记者 张三丰 通讯员 李四光）县城三条公交线路今天起调整走向，首末班时间不变。"
    assert text_in(f"<p>{said}</p>") == "县城三条公交线路今天起调整走向，首末班时间不变。"


@pytest.mark.parametrize(
    "sentence",
    [
        "这家店没有食品经营许可证，却天天开门。",
        "业主们要求公开维修资金的使用情况，物业一直拖着不办。",
        "扫一扫小区门口的二维码就能报修，可是没有人来。",
        "未经业主同意就把绿地改成停车位，谁给的权力？",
        "物业侵犯了我们的合法权益，请有关部门管一管。",
        "打了举报电话：占线，一上午都打不通。",
        "记者了解到，这条路去年已经挖过两次。",
        "网友评论说，这已经是第三次停水了。",
        "（注：以上价格含税）价格比去年高了三成，我们接受不了。",
        "合同的有效性双方有争议，法院还没有判。",
        "编辑部收到来信，反映桥下积水多年没有人管。",
        "相关信息请以县政府网站为准，不要轻信传言。",
    ],
)
def test_what_people_say_is_not_taken_for_what_surrounds_a_text(sentence: str) -> None:
    around = "县城三条公交线路今天起调整走向，首末班时间不变。"
    lines = text_in(f"<div><p>{around}</p><p>{sentence}</p><p>{around}</p></div>").split("\n")
    assert lines == [around, sentence, around]


def test_few_words_are_a_text_too() -> None:
    assert text_in("<title>论坛</title><a href=/>首页</a><div>停水了，怎么办？</div>") == "停水了，怎么办？"


@pytest.mark.parametrize(
    "html",
    [
        "<p></p>",
        "<div>正在加载，请稍候...</div>",
        "<div><a href=/1>首页</a><a href=/2>新闻中心</a><a href=/3>政务公开</a></div>",
        "<ul><li><a href=/1>县城三条公交线路今起调整走向，首末班不变</a></li><li><a href=/2>人民桥封闭施工十五天，请绕行</a></li></ul>",
        "<footer>版权所有：青槐县人民政府办公室　地址：青槐县建设路1号</footer>",
        "<div style='display:none'>苏源在线为您提供最新最全的苏源新闻，欢迎收藏，记得常来看看。</div>",
    ],
)
def test_a_page_that_says_nothing_gives_no_text(html: str) -> None:
    assert text_in(f"<title>青槐县</title>{html}") == ""


LARGE = 2_000_000
HEAVY = {
    "paragraphs": "<p>今天县里召开会议，讨论供水问题，编辑：3月5日。</p>",
    "table rows": "<table><tr><td>停水</td><td>三天，了</td></tr></table>",
    "links": "<a href='/x.html'>新闻标题一二三</a><br>",
    "spans": "<span>停</span>",
    "nested elements": "<div>停水，",
    "nested tables": "<table><tr><td>停水，",
    "digits": "<p>" + "1" * 150,
    "roles": "<p>" + "编辑 " * 30,
    "dates": "<p class=time>2026-03-05 10:20",
    "brackets": "（记者 ",
    "one line": "停水三天了，",
    "unclosed data": "<script type='application/ld+json'>{",
}


@pytest.mark.parametrize("piece", HEAVY.values(), ids=HEAVY.keys())
def test_no_page_of_two_megabytes_takes_long(piece: str) -> None:
    row = {"url": "https://a.example/1"}
    page = Page(row["url"], f"<title>大网页</title><body>{piece * (LARGE // len(piece))}", FETCHED)
    # A second on a machine that has nothing else to do.
    assert effort(lambda: read_article(page, {"key": row["url"]}, "here", Article()), tries=2) < 4


def test_pages_are_read_faster_than_trafilatura_reads_them() -> None:
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    pages = [(row, html_of(row)) for row in TRUTH]
    fast = trafilatura(fast=True)
    spent = {}
    for name, read in {"ours": lambda row, _: item_of(row), "fast": lambda _, html: fast(html)}.items():
        for row, html in pages[:3]:
            read(row, html)
        spent[name] = effort(lambda read=read: [read(row, html) for row, html in pages], tries=2)
    sys.stdout.write(
        "\n" + "  ".join(f"{name}: {len(pages) / seconds:.0f} pages a second" for name, seconds in spent.items())
    )
    assert spent["ours"] < spent["fast"]


PIECES = (
    *"<>/ap\"'= 编辑记者：（）【】。，停水0123-\n",
    "<p>",
    "</p>",
    "<br>",
    "<td>",
    "<form>",
    "</tr>",
    "<a href=1>",
    "</a>",
)


@given(st.lists(st.sampled_from(PIECES), max_size=200))
def test_no_page_makes_the_reading_fall_over(pieces: list[str]) -> None:
    assert isinstance(text_in(f"<body>{''.join(pieces)}"), str)

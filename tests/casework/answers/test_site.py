"""The public site is plain, well formed, needs nothing from elsewhere, and comes out the same every time."""

from __future__ import annotations

import itertools
import json
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from casework.answers.site import MANIFEST, STYLE, Site, SiteEntry, files
from records.answers import Exchange, PublicWords
from records.disclosures import Disclosure
from records.words import Scope

NOON = datetime(2026, 4, 10, 12, tzinfo=UTC)
SITE = Site("惠川区委", "区委办公室", "https://www.huichuan.example/huiying/")
RECORD = Disclosure(
    "d1", "供热方案 <试行> & 说明", "惠川办发〔2026〕1号", NOON - timedelta(days=3), "住建局", None, Scope.PUBLIC,
    "https://elsewhere.example/doc", "第一条 供热。\n第二条 收费，见 https://elsewhere.example/fee",
)  # fmt: skip


def entry(number: int, title: str = "供热什么时候恢复", **more: object) -> SiteEntry:
    words = PublicWords(title, (Exchange("几时修好？", "12时30分修好。\n已恢复。"),), "换了管段")
    return SiteEntry(f"K2026041{number}-001", words, RECORD, NOON + timedelta(days=number))


MADE = files(SITE, [entry(1), entry(2, '带“引号”<b>和 "双引号" 的\u202e题目\x07')])
PAGES = {name: content.decode() for name, content in MADE.items() if name.endswith(".html")}


class Strict(HTMLParser):
    """Collects what a page opens, closes and asks for; a tag that does not fit is a fault."""

    VOID = frozenset({"meta", "link", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


def read(page: str) -> Strict:
    parser = Strict()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    return parser


def test_there_is_an_index_a_page_an_entry_a_feed_a_sitemap_and_a_manifest():
    pages = {"index.html", "K20260411-001.html", "K20260412-001.html"}
    assert set(MADE) == {*pages, "style.css", "feed.xml", "sitemap.xml", MANIFEST}
    assert json.loads(MADE[MANIFEST])["files"].keys() == set(MADE) - {MANIFEST}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_page_is_well_formed_and_says_its_language_title_and_way_past_the_head(name: str):
    tags = read(PAGES[name]).tags
    assert PAGES[name].startswith("<!DOCTYPE html>\n")
    assert ("html", {"lang": "zh-CN"}) in tags
    first = next(attrs for tag, attrs in tags if tag == "a")
    assert first == {"class": "skip", "href": "#content"}
    assert ("main", {"id": "content"}) in tags
    assert [tag for tag, _ in tags].count("h1") == 1
    levels = [int(tag[1]) for tag, _ in tags if re.fullmatch("h[1-6]", tag)]
    assert all(later - before <= 1 for before, later in itertools.pairwise(levels))
    ElementTree.fromstring(PAGES[name].removeprefix("<!DOCTYPE html>\n"))


@pytest.mark.parametrize("name", sorted(PAGES))
def test_no_page_asks_for_a_script_or_anything_from_elsewhere(name: str):
    for tag, attrs in read(PAGES[name]).tags:
        assert tag not in {"script", "img", "iframe", "object", "embed", "form", "input", "style", "base"}
        assert not [key for key in attrs if key.startswith("on")]
        for key in ("href", "src"):
            assert not re.match(r"[a-z]+:|//", attrs.get(key) or ""), attrs
    assert "url(" not in STYLE
    assert "@import" not in STYLE


def test_every_link_leads_to_a_file_of_the_site():
    for page in PAGES.values():
        targets = [attrs["href"] for tag, attrs in read(page).tags if tag in {"a", "link"} and attrs.get("href")]
        assert {target for target in targets if target != "#content"} <= set(MADE)


def test_what_people_wrote_is_text_alone():
    page = PAGES["K20260412-001.html"]
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert "\u202e" not in page
    assert "\x07" not in page
    assert "供热方案 &lt;试行&gt; &amp; 说明" in page


def test_feed_and_sitemap_name_the_addresses_of_the_site_the_newest_first():
    feed = ElementTree.fromstring(MADE["feed.xml"])
    atom = "{http://www.w3.org/2005/Atom}"
    ids = [str(one.findtext(f"{atom}id")) for one in feed.iter(f"{atom}entry")]
    assert ids == [f"{SITE.address}K2026041{number}-001.html" for number in (2, 1)]
    assert feed.findtext(f"{atom}updated") == "2026-04-12T12:00:00Z"
    located = [str(one.text) for one in ElementTree.fromstring(MADE["sitemap.xml"]).iter() if one.tag.endswith("loc")]
    assert located == [SITE.address, *ids]


def test_the_same_entries_give_the_same_bytes_in_whatever_order_they_come():
    one, two = entry(1), entry(2)
    assert files(SITE, [one, two]) == files(SITE, [two, one])


def test_a_site_without_entries_says_so():
    made = files(SITE, [])
    assert "目前没有公开的回应" in made["index.html"].decode()
    ElementTree.fromstring(made["feed.xml"])


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_colour_of_words_stands_out_from_the_ground():
    colours = set(re.findall(r"[{;]color:(#[0-9a-f]{6})", STYLE))
    assert len(colours) >= 3
    for colour in colours:
        assert 1.05 / (luminance(colour) + 0.05) >= 4.5, colour

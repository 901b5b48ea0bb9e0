"""The official site."""

import re

from samples.town.reading import Texts
from tests.samples.town.conftest import Visitor


def test_the_public_records_are_listed_over_two_pages_newest_first(visitor: Visitor) -> None:
    first = visitor.text("official", "/gongkai/index.html")
    second = visitor.text("official", "/gongkai/index_2.html")
    assert 'class="next" href="/gongkai/index_2.html"' in first
    assert 'class="next"' not in second
    assert re.findall(r"/gongkai/(s\d+)\.html", first + second) == ["s02", "s01", "s05", "s03", "s04"]
    assert visitor.get("official", "/gongkai/index_3.html")[0] == 404


def test_a_record_has_a_page_with_number_date_unit_and_body(visitor: Visitor) -> None:
    page = visitor.text("official", "/gongkai/s01.html")
    assert '<h1 class="title">青槐县城区供水管网改造暨第二水厂切换供水实施方案</h1>' in page
    assert '<b class="number">青党办发〔2026〕31号</b>' in page
    assert '<b class="date">2026-11-16</b>' in page
    assert '<b class="unit">县水务局</b>' in page
    assert "居民不出资，水价不作调整" in page


def test_a_record_of_party_scope_shows_neither_title_nor_body_to_visitors(visitor: Visitor, texts: Texts) -> None:
    assert visitor.get("official", "/gongkai/s06.html")[0] == 404
    pages = [visitor.text("official", f"/gongkai/index{page}.html") for page in ("", "_2")]
    assert not any("任前公示" in page or "祁远舟" in page for page in pages)
    assert "/neibu/s06.html" in pages[1]


def test_notices_appear_with_their_time(visitor: Visitor) -> None:
    assert "东堤路供水管道抢修" not in visitor.after(134).text("official", "/tongzhi/index.html")
    assert "东堤路供水管道抢修" in visitor.after(135).text("official", "/tongzhi/index.html")
    assert '<b class="date">2026-11-22 10:22</b>' in visitor.text("official", "/tongzhi/o04.html")


def test_the_list_of_notices_leads_to_a_page_that_robots_txt_forbids(visitor: Visitor) -> None:
    assert 'href="/neibu/tongbao.html"' in visitor.text("official", "/tongzhi/index.html")
    assert "Disallow: /neibu/" in visitor.text("official", "/robots.txt")

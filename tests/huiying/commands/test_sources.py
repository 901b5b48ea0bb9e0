"""`huiying sources` from the command line, on a real site."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from crawlers.sources import load_sources
from huiying.cli import run
from huiying.clock import SystemClock
from huiying.push_keys import keys_of
from storage.store import Store
from tests.crawlers.site import Answer, Site, serving

ROWS = """
sources:
  - {{id: news, name: 小城新闻, kind: feed, channel: news, url: "{news}", delay_seconds: 0}}
  - {{id: gone, name: 搬走的论坛, kind: feed, channel: forum, url: "{gone}", delay_seconds: 0, enabled: false}}
"""
FEED = """<rss version="2.0"><channel><title>t</title>
<item><title>停水通知</title><link>/a/1</link><pubDate>Tue, 03 Mar 2026 02:00:00 GMT</pubDate>
<description>今晚停水，详询13912345678</description></item>
<item><title>又一条</title><link>/a/2</link><description>\u200b</description></item></channel></rss>"""


@pytest.fixture(autouse=True)
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site, and a desk of its own in a folder beside it that may read it."""
    with serving() as opened:
        opened.pages["/rss"] = Answer(FEED)
        rows = ROWS.format(news=opened.url("/rss"), gone=opened.url("/gone"))
        (tmp_path / "sources.yaml").write_text(rows, encoding="utf-8")
        (tmp_path / "huiying.yaml").write_text(
            f'crawl: {{sources_file: "{tmp_path / "sources.yaml"}", allow_private_hosts: ["{opened.host}"]}}\n'
            "retention: {days: 3650}",
            encoding="utf-8",
        )
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("HUIYING_DATA_DIR", str(tmp_path / "data"))
        yield opened


def test_a_check_shows_what_would_be_stored_masked_and_what_would_be_dropped(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(["sources", "check", "news"]) == 0
    shown = capsys.readouterr().out
    assert "结果：已采集；读到 1 页，将入库 1 条" in shown
    assert "2026-03-03 10:00:00  新闻  停水通知" in shown
    assert "今晚停水" in shown
    assert "13912345678" not in shown
    assert "丢弃 1 条：“text”" in shown
    assert not (tmp_path / "data").exists()


def test_a_source_that_cannot_be_read_ends_with_one_and_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sources", "check", "gone"]) == 1
    shown = capsys.readouterr()
    assert "结果：对方报错；读到 0 页，将入库 0 条" in shown.out
    assert "说明：网页不存在（404）" in shown.out
    assert "没有读成：gone" in shown.err


def test_all_means_those_that_are_enabled(capsys: pytest.CaptureFixture[str], site: Site) -> None:
    assert run(["sources", "check", "all"]) == 0
    assert "搬走的论坛" not in capsys.readouterr().out
    assert site.paths() == ["/rss"]


def test_a_source_that_is_not_there_is_told_with_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sources", "check", "nwes"]) == 2
    assert "没有“nwes”这个采集源：有 news、gone" in capsys.readouterr().err


def test_the_sources_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sources", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[:5] for line in lines] == [
        ["news", "小城新闻", "feed", "新闻", "启用"],
        ["gone", "搬走的论坛", "feed", "论坛", "停用"],
    ]


def test_a_mistake_in_the_file_is_told_and_ends_with_two(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text("sources:\n  - {id: a, name: 甲, kind: rss}", encoding="utf-8")
    assert run(["sources", "check", "all"]) == 2
    assert "第 1 个采集源（a）：“channel”缺少这一项" in capsys.readouterr().err


# Rows that are typed or handed over


def row_of(site: Site, **more: object) -> str:
    row = {"id": "typed", "name": "新栏目", "kind": "feed", "channel": "news", "url": site.url("/rss"), **more}
    return yaml.safe_dump({"delay_seconds": 0, **row}, allow_unicode=True)


def typed(monkeypatch: pytest.MonkeyPatch, text: str | bytes) -> None:
    raw = text.encode() if isinstance(text, str) else text
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))


def test_a_row_that_is_nowhere_yet_is_checked_from_a_file_or_from_standard_input(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "row.yaml").write_text(row_of(site), encoding="utf-8")
    assert run(["sources", "check", "row.yaml"]) == 0
    assert "【新栏目】typed" in capsys.readouterr().out
    typed(monkeypatch, "\ufeff- " + row_of(site).replace("\n", "\n  "))
    assert run(["sources", "check", "-"]) == 0
    assert "将入库 1 条" in capsys.readouterr().out
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id: [", "标准输入：不是有效的 YAML"),
        ("{id: a}", "标准输入 第 1 个采集源（a）：“name”缺少这一项"),
        ("来源".encode("gbk"), "标准输入：不是 UTF-8 文字"),
        ("", "标准输入：应为一个采集源"),
    ],
)
@pytest.mark.parametrize("what", ["check", "add"])
def test_a_mistake_in_what_is_typed_ends_with_two(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, what: str, text: str | bytes, said: str
) -> None:
    typed(monkeypatch, text)
    assert run(["sources", what, "-"]) == 2
    assert said in capsys.readouterr().err


def test_a_file_that_is_not_there_ends_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sources", "add", "none.yaml"]) == 2
    assert capsys.readouterr().err.startswith("错误：读不了 none.yaml：")


def test_a_source_is_added_changed_switched_and_removed_without_touching_the_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (tmp_path / "sources.yaml").read_bytes()
    typed(monkeypatch, row_of(site))
    assert run(["sources", "add", "-"]) == 0
    assert "已保存 typed（新栏目）" in capsys.readouterr().out
    typed(monkeypatch, row_of(site, name="改名"))
    assert run(["sources", "add", "-"]) == 1
    assert "已有编号为“typed”的采集源" in capsys.readouterr().err
    typed(monkeypatch, row_of(site, name="改名"))
    assert run(["sources", "add", "-", "--replace"]) == 0
    assert run(["sources", "disable", "typed"]) == 0
    assert run(["sources", "disable", "news"]) == 0
    capsys.readouterr()
    assert run(["sources", "list"]) == 0
    lines = [line.split("  ")[:6] for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        ["news", "小城新闻", "feed", "新闻", "停用", "采集源文件，后在值班台改过"],
        ["gone", "搬走的论坛", "feed", "论坛", "停用", "采集源文件"],
        ["typed", "改名", "feed", "新闻", "停用", "值班台添加"],
    ]
    assert run(["sources", "enable", "typed"]) == 0
    assert run(["sources", "check", "typed", "--posts", "0"]) == 0
    assert run(["sources", "remove", "typed"]) == 0
    assert run(["sources", "remove", "gone"]) == 1
    assert "写在采集源文件" in capsys.readouterr().err
    assert run(["sources", "enable", "typed"]) == 1
    assert (tmp_path / "sources.yaml").read_bytes() == before


def test_an_inner_address_is_not_added(
    capsys: pytest.CaptureFixture[str], site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, row_of(site, url="http://127.1:8080/rss"))
    assert run(["sources", "add", "-"]) == 1
    assert "地址指向内网" in capsys.readouterr().err


def test_what_is_exported_is_a_sources_file_of_all_there_is(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, row_of(site))
    run(["sources", "add", "-"])
    capsys.readouterr()
    assert run(["sources", "export"]) == 0
    file = tmp_path / "all.yaml"
    file.write_text(capsys.readouterr().out, encoding="utf-8")
    assert [(source.id, source.enabled) for source in load_sources(file)] == [
        ("news", True),
        ("gone", False),
        ("typed", True),
    ]


def test_a_stored_row_that_holds_no_longer_is_listed_with_what_is_wrong(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    store = Store(f"sqlite:///{tmp_path / 'data' / 'huiying.db'}")
    (tmp_path / "data").mkdir()
    store.migrate()
    with store.transaction() as t:
        t.source_rows.put("old", {"id": "old", "name": "旧", "kind": "gopher"}, SystemClock().now(), "周管理")
    store.close()
    assert run(["sources", "list"]) == 0
    shown = capsys.readouterr()
    assert "old  旧  gopher  —  有误" in shown.out
    assert "注意：采集源“old”“channel”缺少这一项" in shown.err
    assert run(["sources", "check", "old"]) == 2


def test_a_broken_file_is_told_by_the_list_as_well(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text("sources: [", encoding="utf-8")
    for args in (["list"], ["export"]):
        assert run(["sources", *args]) == 2
        assert "不是有效的 YAML" in capsys.readouterr().err


PUSHED = "\n  - {id: hotline, name: 12345 热线, kind: inbound, channel: hotline}\n"


@pytest.fixture
def pushed(tmp_path: Path) -> Path:
    """A source that is pushed, beside the others; where its keys lie."""
    file = tmp_path / "sources.yaml"
    file.write_text(file.read_text(encoding="utf-8").rstrip() + PUSHED, encoding="utf-8")
    return tmp_path / "data" / "inbound"


def test_a_key_is_shown_once_and_the_one_before_stays_good_until_it_is_dropped(
    capsys: pytest.CaptureFixture[str], pushed: Path
) -> None:
    keys = []
    for _ in range(2):
        assert run(["sources", "key", "hotline"]) == 0
        shown = capsys.readouterr()
        keys.append(shown.out.strip())
        assert len(keys[-1]) >= 48
        assert "/inbound/hotline" in shown.err
        assert keys[-1] not in shown.err
    assert keys_of(pushed, "hotline") == (keys[1].encode(), keys[0].encode())
    assert run(["sources", "key", "hotline", "--drop-older"]) == 0
    assert "作废旧密钥 1 把" in capsys.readouterr().out
    assert keys_of(pushed, "hotline") == (keys[1].encode(),)


def test_only_a_source_that_is_pushed_has_a_key(capsys: pytest.CaptureFixture[str], pushed: Path) -> None:
    for name in ("news", "all", "nobody"):
        assert run(["sources", "key", name]) == 2
    assert "不是推送源" in capsys.readouterr().err
    assert not pushed.exists()


def test_a_source_that_is_pushed_cannot_be_read_once(capsys: pytest.CaptureFixture[str], pushed: Path) -> None:
    assert run(["sources", "check", "hotline"]) == 2
    assert "推送源不能试采" in capsys.readouterr().err
    assert run(["sources", "check", "all"]) == 0

"""Rows of the sources file: what is read, and what each mistake is told as."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crawlers.sources import EXAMPLE, BadSources, kinds, load_sources, rows_in, short_row, source_from, sources_from

ROW: dict[str, Any] = {"id": "a", "name": "甲", "kind": "feed", "channel": "news", "url": "https://a.example/rss"}


def fault(**changes: Any) -> str:
    with pytest.raises(BadSources) as refusal:
        source_from({key: value for key, value in {**ROW, **changes}.items() if value is not ...})
    return str(refusal.value)


def test_a_row_of_five_words_is_enough() -> None:
    source = source_from(ROW)
    assert (source.id, source.kind, source.interval, source.delay, source.enabled) == ("a", "feed", 600, None, True)


def test_the_example_has_every_kind_and_no_source_that_would_be_read() -> None:
    example = load_sources(EXAMPLE)
    assert {source.kind for source in example} == set(kinds())
    assert not any(source.enabled for source in example)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"url": ...}, "“url”缺少这一项"),
        ({"intervall": 5}, "“intervall”不认识的项目，请检查拼写"),
        ({"kind": "rss"}, f"“kind”没有“rss”这一类：可用 {'、'.join(kinds())}"),
        ({"channel": "weibo"}, "“channel”应为 forum、news、microblog、wechat、video、hotline、comment、other 之一"),
        ({"id": "Town News"}, "“id”只能用小写字母、数字、- 和 _，并以字母或数字开头"),
        ({"name": "甲\n乙"}, "“name”不能为空，也不能有换行或控制字符"),
        ({"url": "file:///etc/passwd"}, "“url”应为 http:// 或 https:// 开头的网址，且不带用户名"),
        ({"url": "http://u:p@a.example/"}, "“url”应为 http:// 或 https:// 开头的网址，且不带用户名"),
        ({"url": "http://a.example:99999/"}, "“url”应为 http:// 或 https:// 开头的网址，且不带用户名"),
        ({"interval_seconds": "十分钟"}, "“interval_seconds”应为数字"),
        ({"interval_seconds": 0.5}, "“interval_seconds”应不小于 1"),
        ({"max_pages": 20_001}, "“max_pages”应不大于 20000"),
        ({"enabled": "也许"}, "“enabled”应为 true 或 false"),
        ({"read": []}, "“read”应为一组“项目: 值”"),
        ({"read": {"artikel": {}}}, "“read.artikel”不认识的项目，请检查拼写"),
        (
            {"read": {"article": {"text": "div["}}},
            "“read.article.text”不是有效的 CSS 选择器（取属性时写成 a.title@href）",
        ),
        ({"read": {"reactions": {"author": "x"}}}, "“read.reactions.author”不认识的项目，请检查拼写"),
        ({"kind": "thread"}, "“read.thread”缺少这一项\n“read.post”缺少这一项\n“read.text”缺少这一项"),
    ],
)
def test_a_mistake_names_its_key_in_chinese(changes: dict[str, Any], said: str) -> None:
    assert fault(**changes) == said


@pytest.mark.parametrize("key", ["author", "user", "ip", "avatar"])
def test_there_is_no_key_for_who_posted(key: str) -> None:
    read = {"thread": "li", "post": "div", "text": "p", key: "b"}
    assert fault(kind="thread", read=read) == f"“read.{key}”不认识的项目，请检查拼写"


def test_every_mistake_of_a_file_is_told_at_once_with_file_and_row() -> None:
    rows = [{**ROW, "url": "x"}, ROW, ROW, "不是一行", {**ROW, "id": "b", "colour": 1}]
    with pytest.raises(BadSources) as refusal:
        sources_from({"sources": rows, "extra": 1}, "我的.yaml")
    assert str(refusal.value).splitlines() == [
        "我的.yaml：不认识的项目“extra”，这里只有“sources”",
        "我的.yaml 第 1 个采集源（a）：“url”应为 http:// 或 https:// 开头的网址，且不带用户名",
        "我的.yaml 第 3 个采集源（a）：“id”与前面的采集源重复",
        "我的.yaml 第 4 个采集源：应为一组“项目: 值”",
        "我的.yaml 第 5 个采集源（b）：“colour”不认识的项目，请检查拼写",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"sources:\n  - id: [", "不是有效的 YAML（第"),
        ("来源".encode("gbk"), "读不了这个文件"),
        (b"- id: a", "应以“sources:”开头"),
        (b"sources: 3", "应以“sources:”开头"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "s.yaml"
    file.write_bytes(content)
    with pytest.raises(BadSources, match=said):
        load_sources(file)


def test_an_empty_list_is_no_mistake(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_bytes(b"\xef\xbb\xbfsources:\n")
    assert load_sources(file) == ()


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadSources, match="读不了这个文件，请检查它是否存在"):
        load_sources(tmp_path / "none.yaml")


def test_a_row_is_written_as_short_as_it_can_be_and_reads_back_the_same() -> None:
    written = {**ROW, "interval_seconds": 600, "enabled": True, "read": {"article": {"drop": ["nav"]}}}
    short = short_row(source_from(written))
    assert short == {**ROW, "read": {"article": {"drop": ["nav"]}}}
    assert source_from(short) == source_from(written)
    assert short_row(source_from({**ROW, "enabled": False}))["enabled"] is False


@pytest.mark.parametrize("text", ["{id: a}", "- id: a", "sources:\n  - id: a", "sources: [{id: a}]"])
def test_rows_are_read_from_one_row_a_list_or_a_whole_file(text: str) -> None:
    assert rows_in(text, "输入") == [{"id": "a"}]


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id: [", "输入：不是有效的 YAML（第 1 行"),
        ("", "输入：应为一个采集源"),
        ("[]", "输入：应为一个采集源"),
        ("甲", "输入：应为一个采集源"),
        ("- 甲", "输入：应为一个采集源"),
        (BOMB, "输入：不能用 YAML 的引用"),
        ("[" * 5000, "输入：不是有效的 YAML"),
        ("x: !!python/object/apply:os.system [id]", "输入：不是有效的 YAML"),
        ("x: 2026-13-45", "输入：不是有效的 YAML"),
        ("x" * 200_001, "输入：太长"),
    ],
    ids=["cut off", "empty", "no rows", "a word", "list of words", "bomb", "deep", "object", "no such day", "long"],
)
def test_text_that_holds_no_rows_says_why(text: str, said: str) -> None:
    with pytest.raises(BadSources) as refusal:
        rows_in(text, "输入")
    assert str(refusal.value).startswith(said)

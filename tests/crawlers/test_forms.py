"""Forms of the source kinds: every kind has Chinese words, and what a form says is the row that it was made from."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from crawlers.forms import Field, Form, Shape, form_of, forms, rest_in, rest_of, row_from, value_at
from crawlers.sources import EXAMPLE, BadSources, Row, kinds, load_sources, options_of, short_row, source_from

CHINESE = re.compile("[\u4e00-\u9fff]")
FEED = {"id": "a", "name": "甲", "channel": "news", "url": "https://a.example/rss", "kind": "feed"}


def values_of(row: dict[str, Any], form: Form) -> dict[tuple[str, ...], Any]:
    return {field.path: value_at(row, field) for field in form.fields}


def field(kind: str, *path: str) -> Field:
    return next(one for one in form_of(kind).fields if one.path == path)


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_says_in_chinese_what_it_is_when_to_choose_it_and_what_it_asks(kind: str) -> None:
    form = form_of(kind)
    assert CHINESE.search(form.about)
    assert form.label != kind
    assert all(CHINESE.search(one.label) for one in form.fields)
    assert len({one.path for one in form.fields}) == len(form.fields)


def test_every_key_that_every_row_has_is_asked_for() -> None:
    asked = {one.path[0] for kind in ("feed",) for one in form_of(kind).fields}
    assert asked == {*Row.model_fields} - {"kind", "enabled"}


@pytest.mark.parametrize("kind", kinds())
def test_what_an_option_needs_is_asked_for(kind: str) -> None:
    needed = {name for name, info in options_of(kind).model_fields.items() if info.is_required()}
    assert needed <= {one.path[1] for one in form_of(kind).fields if one.path[0] == "read"}


@pytest.mark.parametrize("source", load_sources(EXAMPLE), ids=lambda source: source.id)
def test_a_row_goes_into_a_form_and_comes_out_the_same(source: Any) -> None:
    row = short_row(source)
    form = form_of(source.kind)
    made = row_from(source.kind, values_of(row, form), rest_of(row, form), enabled=False)
    assert replace(source_from(made), row={}) == replace(source, row={})


def test_the_shapes_come_from_the_options_themselves() -> None:
    assert field("feed", "channel").shape is Shape.CHOICE
    assert "forum" in field("feed", "channel").choices
    assert field("feed", "read", "article").shape is Shape.PRESENT
    assert (field("list", "read", "pages").shape, field("list", "read", "pages").default) == (Shape.WHOLE, 1)
    assert (field("list", "read", "link").default, field("list", "read", "entry").needed) == ("a@href", True)
    assert field("thread", "read", "drop").shape is Shape.LINES
    assert field("wordpress", "read", "comments").shape is Shape.SWITCH
    assert field("search", "read", "encoding").choices == ("utf-8", "gb18030")


def test_only_what_is_filled_in_and_is_no_default_comes_into_the_row() -> None:
    values = {
        ("id",): " a ",
        ("name",): "甲",
        ("channel",): "news",
        ("url",): "https://a.example/",
        ("interval_seconds",): 600.0,
        ("delay_seconds",): 2.0,
        ("read", "entry"): "li",
        ("read", "link"): "a@href",
        ("read", "next"): "  ",
        ("read", "article", "title"): "h1",
    }
    assert row_from("list", values, {}) == {
        "id": "a",
        "name": "甲",
        "channel": "news",
        "url": "https://a.example/",
        "delay_seconds": 2,
        "kind": "list",
        "read": {"entry": "li", "article": {"title": "h1"}},
    }


def test_a_group_of_options_is_there_or_not_with_all_that_is_in_it() -> None:
    form = form_of("feed")
    row = {**FEED, "read": {"article": {"text": "div", "comments": {"item": "li", "text": "p"}}}}
    assert rest_of(row, form) == {"read": {"article": {"comments": {"item": "li", "text": "p"}}}}
    values = values_of(row, form)
    assert row_from("feed", values, rest_of(row, form)) == row
    assert row_from("feed", {**values, ("read", "article"): False}, rest_of(row, form)) == FEED
    bare = {**FEED, "read": {"article": {}}}
    assert value_at(bare, field("feed", "read", "article")) is True
    assert row_from("feed", values_of(bare, form), rest_of(bare, form)) == bare


def test_lines_are_lists() -> None:
    drop = field("thread", "read", "drop")
    row = row_from("thread", {drop.path: "blockquote\n\n div.sig \n"}, {})
    assert row["read"] == {"drop": ["blockquote", "div.sig"]}
    assert value_at({"read": {"pattern": "*.csv"}}, field("file", "read", "pattern")) == ["*.csv"]


def test_a_blank_counts_where_it_is_an_answer() -> None:
    assert row_from("json", {("read", "items"): ""}, {})["read"] == {"items": ""}


def test_the_rest_is_typed_as_yaml_and_the_form_wins() -> None:
    rest = rest_in("max_pages: 5\nname: 乙\nread: {reactions: {likes: x}}")
    row = row_from("feed", {("name",): "甲", ("max_pages",): 200}, rest)
    assert (row["name"], row["max_pages"], row["read"]) == ("甲", 5, {"reactions": {"likes": "x"}})
    assert rest_in(" \n") == {}
    for text, said in (("[1]", "应为一个采集源"), ("a: [", "不是有效的 YAML"), ("- a: 1\n- b: 2", "应为一组")):
        with pytest.raises(BadSources, match=said):
            rest_in(text)


def test_kinds_are_offered_the_simplest_first() -> None:
    offered = [form.kind for form in forms(kinds())]
    assert offered[0] == "feed"
    assert sorted(offered) == list(kinds())

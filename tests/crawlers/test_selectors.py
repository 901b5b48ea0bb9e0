"""Selectors of the sources file."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from crawlers.markup import parsed
from crawlers.selectors import ElementSelector, Selector, elements, value, values

ROOT = parsed(
    '<ul id=l><li data-n="1"><a class=t href="/1" title=" 甲 ">一</a><i></i></li><li><a href="/2">二</a></li></ul>'
).root
assert ROOT is not None


@pytest.mark.parametrize(
    ("selector", "read"),
    [
        ("li", "一"),
        ("a.t@href", "/1"),
        ("a@title", "甲"),
        ("i", None),
        ("a@data-x", None),
        (".none", None),
        (None, None),
    ],
)
def test_the_first_match_is_read_as_text_or_attribute(selector: str | None, read: str | None) -> None:
    assert value(ROOT, selector) == read


def test_all_matches_are_read_and_empty_ones_left_out() -> None:
    assert list(values(ROOT, "a@href")) == ["/1", "/2"]
    assert list(values(ROOT, "a, i")) == ["一", "二"]


def test_an_elements_own_attribute_is_read_without_a_selector() -> None:
    assert [value(element, "@data-n") for element in elements(ROOT, "li")] == ["1", None]


@pytest.mark.parametrize("selector", ["a[", "", ">>>", "@", "a@href, i"])
def test_a_selector_that_is_none_is_refused(selector: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Selector).validate_python(selector)


def test_where_elements_are_meant_an_attribute_is_refused() -> None:
    with pytest.raises(ValidationError, match="不能带 @属性"):
        TypeAdapter(ElementSelector).validate_python("li@id")

"""Reads elements of an HTML page by `CSS` or `CSS@attribute`, the one notation of every selector in a sources file.

`h1` is the text of the first match, `a.title@href` an attribute of it, `@id` an attribute of the element itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator
from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from crawlers.markup import text_of

_ATTRIBUTE = re.compile(r"^(?P<css>.*?)@(?P<attribute>[A-Za-z][\w:-]*)$", re.DOTALL)


def _parts(selector: str) -> tuple[str, str | None]:
    match = _ATTRIBUTE.match(selector.strip())
    if match is None:
        return selector.strip(), None
    return match["css"].strip(), match["attribute"]


def _checked(selector: str) -> str:
    css, attribute = _parts(selector)
    if not css and attribute is None:
        raise ValueError("选择器是空的")
    try:
        LexborHTMLParser("<p></p>").css(css or "p")
    except SelectolaxError:
        raise ValueError("不是有效的 CSS 选择器（取属性时写成 a.title@href）") from None
    return selector


def _checked_element(selector: str) -> str:
    if _parts(selector)[1] is not None:
        raise ValueError("这里要选中元素本身，不能带 @属性")
    return _checked(selector)


Selector = Annotated[str, AfterValidator(_checked)]
"""Finds a text or an attribute."""

ElementSelector = Annotated[str, AfterValidator(_checked_element)]
"""Finds elements; takes no `@attribute`."""


def elements(node: LexborNode, selector: ElementSelector) -> list[LexborNode]:
    """All elements under `node` that match."""
    return node.css(selector)


def value(node: LexborNode, selector: Selector | None) -> str | None:
    """The first match's text or attribute, stripped; None where there is no selector, no match or nothing in it."""
    return next(values(node, selector), None)


def values(node: LexborNode, selector: Selector | None) -> Iterator[str]:
    """Every match's text or attribute, stripped, empty ones left out."""
    if selector is None:
        return
    css, attribute = _parts(selector)
    for found in node.css(css) if css else [node]:
        read = text_of(found) if attribute is None else (found.attributes.get(attribute) or "").strip()
        if read:
            yield read

"""Turns HTML into plain text: line breaks where blocks begin and end, no scripts, styles or forms."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

DEEPEST = 200
"""Open elements inside one another. A page deeper than that is flattened: parsing takes the square of the depth, and
some parsers give up at 256."""

_SILENT = ("script", "style", "noscript", "template", "iframe", "svg", "button", "select", "textarea")
_LONGEST_FORM = 200
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "caption",
        "center",
        "dd",
        "details",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_LOOKS_MARKED_UP = re.compile(r"<[A-Za-z!/]|&[A-Za-z#]")
_TAG = re.compile(r"<(/?)([A-Za-z][\w:-]*)[^<>]*?(/?)>")
_SPACES = re.compile(r"[ \t\r\f\v\u00a0\u3000]+")
_BREAKS = re.compile(r" *\n[ \n]*")


def parsed(html: str) -> LexborHTMLParser:
    """The page as a tree, without what nobody reads on it."""
    tree = LexborHTMLParser(flattened(html.replace("\0", "")))
    tree.strip_tags(list(_SILENT))
    for form in reversed(tree.css("form")):
        # Whole pages of some old systems stand in one form; any other holds fields and their names.
        if len(form.text()) <= _LONGEST_FORM:
            form.decompose()
    return tree


def flattened(html: str) -> str:
    """The page with no element more than DEEPEST deep: the tags beyond are left out, their text is kept."""
    depth = 0

    def shallow(tag: re.Match[str]) -> str:
        nonlocal depth
        closing, name, empty = tag.groups()
        if empty or name.lower() in _VOID:
            return tag[0]
        if closing:
            depth = max(0, depth - 1)
            return tag[0] if depth < DEEPEST else ""
        depth += 1
        return tag[0] if depth <= DEEPEST else ""

    return _TAG.sub(shallow, html) if _may_be_deep(html) else html


def _may_be_deep(html: str) -> bool:
    """Whether more than DEEPEST elements could be open at once, if none were void: told fast, for every page."""
    depth = 0
    for part in html.split("</"):
        depth += part.count("<")
        if depth > DEEPEST:
            return True
        depth = max(0, depth - 1)
    return False


def text_of(node: LexborNode) -> str:
    """The text under `node`, one line a block."""
    parts: list[str] = []
    waiting: list[LexborNode | str] = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            parts.append(part)
        elif part.tag == "-text":
            parts.append(part.text(deep=False))
        elif part.tag not in _SILENT:
            edge = "\n" if part.tag in BLOCKS else ""
            waiting.append(edge)
            waiting.extend(reversed(list(part.iter(include_text=True))))
            parts.append(edge)
    return tidy("".join(parts))


def plain(html: str) -> str:
    """A fragment of HTML, or text that has no markup at all, as plain text."""
    if not _LOOKS_MARKED_UP.search(html):
        return tidy(html)
    body = parsed(html).body
    return "" if body is None else text_of(body)


def tidy(text: str) -> str:
    """The text without NUL bytes, doubled spaces and empty lines."""
    return _BREAKS.sub("\n", _SPACES.sub(" ", text.replace("\0", ""))).strip()

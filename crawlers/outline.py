"""Reads a page as lines, each with what it is worth: sentences count for a text, links and surroundings against one.

The page is walked once; a table row of values is one line. Of a page of more lines than anybody reads, the first are read.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from crawlers.bylines import is_furniture, is_label
from crawlers.markup import BLOCKS, tidy

AGAINST = 10
"""What a line that is no part of a text costs at least."""

_MOST_NODES = 150_000
_MOST_LINES = 5_000
_NEVER_TEXT = frozenset({"nav", "footer", "aside", "header", "figcaption"})
_NO_TEXT_NAME = re.compile(
    r"(?:^|[-_\s])(?:(?:comments?|cmts?|pinglun)(?:list|box|area|wrap|form)?|replies|reply(?:list|box|area|form)|remarks?|respond|"
    r"disclaimer|copyright|cookies?|consent|breadcrumbs?|signature|avatar|authi|byline|qrcode|friendlink|jiathis|bdsharebuttonbox|popup|modal|skip)(?:$|[-_\s\d])",
    re.IGNORECASE,
)
"""Names of what is no main text, however long it is."""
_BESIDE_NAME = re.compile(
    r"(?:^|[-_\s])(?:statement|copy|footer?|foot|bottom|header|crumbs?|nav|navbar|menu|sidebar|side|aside|related|"
    r"recommend(?:ed|ation)?s?|hot|rank|share|social|sharedaddy|banner|advert|ads?|gg|qr|toolbar|tools?|tags?|keywords?|"
    r"pager|paging|pagination|fenye|prevnext|author|nick|nickname|username|sign|login|search|hidden|links?|widget|catalog|"
    r"meta|position|location|weizhi|unfold)(?:$|[-_\s\d])",
    re.IGNORECASE,
)
"""Names of what mostly stands beside a text; what holds much of a page's words is the text, whatever its name."""
_TEXT_NAME = re.compile(r"content|article|main|body|text|detail|neirong|zoom|editor|entry|news", re.IGNORECASE)
_MUCH = 0.4
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:post|pid|floor|reply|comment|cmt|lou|thread)[-_]?\d{1,12}", re.IGNORECASE)
_ATTACHED = re.compile(r"\.(?:docx?|wps|xlsx?|et|pdf|zip|rar|pptx?)(?:$|[?#])", re.IGNORECASE)
_PAUSES = re.compile(r"[，。！？；：、,!?;]|\.(?=\s|$)")
_SENTENCE = re.compile(r"[，。！？；、,!?;]|\.(?=\s|$)")
_BLANKS = re.compile(r"\s+")
_SHORTEST_SENTENCE = 12
_LONG = 40


@dataclass(slots=True)
class Line:
    """A line of a page: its text, the block it stands in, whether links to other pages are most of it, and its worth.

    `outside` says that it stands in what never holds a main text.
    """

    text: str
    block: int
    linked: bool
    outside: bool
    worth: int
    beside: int

    @property
    def has_pause(self) -> bool:
        """Whether there is a mark of punctuation in it."""
        return _PAUSES.search(self.text) is not None


@dataclass(slots=True)
class Outline:
    """The lines of a page, and for each block, in the order of the page, the block around it and the last one within."""

    lines: list[Line] = field(default_factory=list)
    around: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)


def outlined(root: LexborNode) -> Outline:
    """The outline of the page under `root`."""
    return _Walk().of(root.css_first("body") or root)


def without_blanks(text: str) -> str:
    """The text without white space, for comparing."""
    return _BLANKS.sub("", text)


class _Walk:
    """One walk over a page."""

    def __init__(self) -> None:
        self._outline = Outline()
        self._blocks: list[int] = []
        self._parts: list[str] = []
        self._linked = 0
        self._links = 0
        self._rows = 0
        self._outside = 0
        self._beside: list[int] = []
        self._besides = 0
        self._numbered: set[int] = set()

    def of(self, body: LexborNode) -> Outline:
        """The outline of a page."""
        self._enter_block()
        path: list[tuple[LexborNode, str]] = []
        node = body.first_child
        for _ in range(_MOST_NODES):
            if node is None:
                if not path or len(self._outline.lines) > _MOST_LINES:
                    break
                node, entered = path.pop()
                self._leave(entered)
                node = node.next
                continue
            tag = node.tag or "-"
            if tag == "-text":
                self._add(node.text_content or "")
            elif tag == "br":
                self._end_line()
            elif tag[0] != "-" and not _is_unseen(node.attributes):
                path.append((node, self._enter(node, tag)))
                node = node.first_child
                continue
            node = node.next
        while self._blocks:
            self._leave_block()
        self._discount()
        return self._outline

    def _enter(self, node: LexborNode, tag: str) -> str:
        if tag == "a":
            if _ATTACHED.search(node.attributes.get("href") or ""):
                return ""
            self._links += 1
            return "a"
        if self._rows:
            if tag in BLOCKS:
                self._parts.append(" ")
            return ""
        if tag == "tr" and _is_data(node):
            self._enter_block()
            self._rows += 1
            return "row"
        return self._enter_named(node, tag)

    def _enter_named(self, node: LexborNode, tag: str) -> str:
        names = f"{node.attributes.get('id') or ''} {node.attributes.get('class') or ''}" if node.attributes else ""
        if tag in _NEVER_TEXT or self._is_later(node) or (_NO_TEXT_NAME.search(names) and not _TEXT_NAME.search(names)):
            self._enter_block()
            self._outside += 1
            return "outside"
        if tag not in BLOCKS:
            return ""
        self._enter_block()
        if not _BESIDE_NAME.search(names) or _TEXT_NAME.search(names):
            return "block"
        self._besides += 1
        self._beside.append(self._besides)
        return "beside"

    def _leave(self, entered: str) -> None:
        if entered == "a":
            self._links -= 1
        elif entered:
            self._leave_block()
            self._rows -= entered == "row"
            self._outside -= entered == "outside"
            if entered == "beside":
                self._beside.pop()

    def _enter_block(self) -> None:
        self._end_line()
        self._outline.around.append(self._blocks[-1] if self._blocks else -1)
        self._outline.last.append(0)
        self._blocks.append(len(self._outline.around) - 1)

    def _leave_block(self) -> None:
        self._end_line()
        self._outline.last[self._blocks.pop()] = len(self._outline.around) - 1

    def _add(self, text: str) -> None:
        self._parts.append(text)
        if self._links:
            self._linked += len(without_blanks(text))

    def _end_line(self) -> None:
        text = tidy(_BLANKS.sub(" ", "".join(self._parts))) if self._parts else ""
        if text:
            length = len(without_blanks(text))
            linked = 2 * self._linked > length
            worth = _worth(text, length, linked)
            beside = self._beside[0] if self._beside else 0
            self._outline.lines.append(Line(text, self._blocks[-1], linked, self._outside > 0, worth, beside))
        self._parts = []
        self._linked = 0

    def _is_later(self, node: LexborNode) -> bool:
        """Whether it is a numbered post that has another before it: then it answers that one."""
        if node.parent is None or not _NUMBERED.fullmatch(node.attributes.get("id") or ""):
            return False
        later = node.parent.mem_id in self._numbered
        self._numbered.add(node.parent.mem_id)
        return later

    def _discount(self) -> None:
        """Count against a text what is named like something beside one, unless it holds much of the page."""
        words = Counter[int]()
        for line in self._outline.lines:
            words[line.beside] += max(line.worth, 0)
        much = words.total() * _MUCH
        for line in self._outline.lines:
            if line.beside and words[line.beside] < much:
                line.worth = min(line.worth, -AGAINST)


def _is_unseen(attributes: dict[str, str | None]) -> bool:
    return bool(attributes) and ("hidden" in attributes or _UNSEEN.search(attributes.get("style") or "") is not None)


def _is_data(row: LexborNode) -> bool:
    """Whether a table row holds values rather than parts of a page."""
    if row.css_first("table, br, a, li") is not None:
        return False
    cells = row.css("td, th")
    return len(cells) > 1 and all(len(cell.text()) <= _LONG for cell in cells)


def _worth(text: str, length: int, linked: bool) -> int:
    if linked:
        return -AGAINST - length
    if is_furniture(text):
        return -AGAINST - min(length, 3 * AGAINST)
    if is_label(text):
        return -AGAINST // 2
    return length if length >= _LONG or (length >= _SHORTEST_SENTENCE and _SENTENCE.search(text)) else 0

"""Finds the main text of a page for which nobody wrote selectors.

The block whose lines are worth most together holds the text; what is left of its lines without bylines, tools and teasers
is the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

from crawlers.bylines import heads_comments, heads_teasers, is_date, says_something, without_bylines
from crawlers.outline import Line, Outline, without_blanks

_LEAST = 15
_FEWEST = 4


def main_text(outline: Outline, titles: Iterable[str | None] = ()) -> str:
    """The main text, one line a block; empty where there is none. Lines that repeat a title are left out."""
    said_above = {without_blanks(title) for title in titles if title}
    for everywhere in (False, True):
        best, lines = holding_text(outline, everywhere)
        if sum(line.worth for line in lines) >= _LEAST:
            said = (without_bylines(line) for line in _said(outline, best, lines, said_above))
            return "\n".join(line for line in said if says_something(line))
    return _few_words(outline, said_above)


def _few_words(outline: Outline, titles: Set[str]) -> str:
    """What little a page says that holds no sentence: its remarks, or its only line."""
    lines = [line for line in outline.lines if line.worth >= 0 and without_blanks(line.text) not in titles]
    remarks = [line for line in lines if line.has_pause] or lines[: len(lines) == 1]
    return "\n".join(line.text for line in remarks if len(line.text) >= _FEWEST)


def holding_text(outline: Outline, everywhere: bool = False) -> tuple[int, list[Line]]:
    """The block that holds the text, and its lines; with `everywhere` also those that stand where there is never one."""
    lines = [line for line in outline.lines if everywhere or not line.outside]
    best = _best(outline, lines)
    return best, [line for line in lines if best <= line.block <= outline.last[best]]


def _best(outline: Outline, lines: list[Line]) -> int:
    """The block that is worth most, the innermost where several are worth as much."""
    worth = [0] * len(outline.around)
    for line in lines:
        worth[line.block] += line.worth
    for block in range(len(worth) - 1, 0, -1):
        worth[outline.around[block]] += worth[block]
    return max(range(len(worth)), key=lambda block: (worth[block], block))


def _said(outline: Outline, best: int, lines: list[Line], titles: Set[str]) -> Iterator[str]:
    """The lines of the text: neither what comes before its first sentence, nor what comes after it, nor what is put in."""
    begun = False
    passed_over = -1
    for number, line in enumerate(lines):
        if begun and heads_comments(line.text):
            return
        if begun and heads_teasers(line.text):
            # Other pages that are put into the text stand in a block of their own; below it they may go on to the end.
            around = outline.around[line.block]
            if best not in (line.block, around):
                passed_over = outline.last[around]
            elif number + 1 < len(lines) and lines[number + 1].worth > 0:
                return
        if line.worth < 0 or line.block <= passed_over or without_blanks(line.text) in titles:
            continue
        if begun or line.worth or (line.has_pause and not is_date(line.text)):
            yield line.text
        begun = begun or line.worth > 0

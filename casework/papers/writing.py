"""Turns a section of a paper into text that a person can write in, and back; every sentence keeps, or gets, its ground.

Tables and charts stand in the text as marks of their own line: they may be moved, their figures come from the records.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from records.papers import Basis, Block, Chart, Content, Ledger, PaperSection, Paragraph, Statement, Table

PENDING = "〔待"
"""Begins every mark of something that a person must still write."""

LONGEST = 20_000
"""No section is longer, in characters."""

_SENTENCE = re.compile(r"[^。！？；]*[。！？；]+[”』）〕]*|[^。！？；]+$")


class BadText(ValueError):
    """The text cannot stand as this section; the message is Chinese and says what to do."""


def text_of(section: PaperSection) -> str:
    """The section as a person writes it: a paragraph a line, a mark for each table and chart."""
    return "\n".join(_line(block) for block in section.blocks)


def rewritten(content: Content, number: int, text: str, by: Basis) -> Content:
    """The content with another text in its section `number` (from 0).

    A sentence that stood in the paper keeps its ground; any other rests on the person who wrote it. Raises BadText where a
    table or chart is lost, doubled or unknown, and for a section that is too long.
    """
    if len(text) > LONGEST:
        raise BadText(f"这一部分有 {len(text)} 字，最多 {LONGEST} 字：请精简")
    section = content.sections[number]
    known = {one.text: one for each in content.sections for one in _statements(each)}
    figures = {_line(block): block for block in section.blocks if not isinstance(block, Paragraph)}
    blocks = tuple(_blocks(text, figures, known, by))
    lost = [mark for mark, block in figures.items() if blocks.count(block) != 1]
    if lost:
        raise BadText(f"表和图要各留一处，可以移动、不能删除：{'、'.join(lost)}")
    sections = (
        *content.sections[:number],
        PaperSection(section.heading, blocks),
        *content.sections[number + 1 :],
    )
    return replace(content, sections=sections)


def paragraphs_of(text: str, written: Iterable[Paragraph], by: Basis) -> tuple[Paragraph, ...]:
    """A text of paragraphs alone: a sentence that stood in `written` keeps its ground, any other rests on its writer."""
    known = {statement.text: statement for one in written for statement in one.statements}
    return tuple(Paragraph(tuple(_said(line, known, by))) for one in text.splitlines() if (line := one.strip()))


def refreshed(written: Content, drafted: Content) -> Content:
    """What the data says now, but for the sections in which a person has written: these stay as they are."""
    own = {one.heading: one for one in written.sections if any(_is_own(each) for each in _statements(one))}
    return replace(drafted, sections=tuple(own.get(one.heading, one) for one in drafted.sections))


def pending(content: Content) -> list[str]:
    """The headings of the sections in which something must still be written, or that say nothing."""
    return [
        section.heading
        for section in content.sections
        if not section.blocks
        or any(PENDING in one.text for one in _statements(section))
        or not text_of(section).strip()
    ]


def grounds(content: Content) -> list[tuple[str, tuple[Basis, ...]]]:
    """Every sentence, table and chart that rests on something, in the order of the paper, with what it rests on."""
    return [
        (words, rests_on)
        for section in content.sections
        for block in section.blocks
        for words, rests_on in _grounded(block)
        if rests_on
    ]


def sentences(text: str) -> list[str]:
    """The sentences of one paragraph, each with its own stop."""
    return [found for one in _SENTENCE.findall(text) if (found := one.strip())]


def _blocks(text: str, figures: Mapping[str, Block], known: Mapping[str, Statement], by: Basis) -> Iterator[Block]:
    for line in (one.strip() for one in text.splitlines()):
        if line in figures:
            yield figures[line]
        elif line.startswith(("〔表：", "〔图：")):
            raise BadText(f"没有这张表或图：{line[:60]}。请用原来的名字，不要改动括号里的字")
        elif line:
            yield Paragraph(tuple(_said(line, known, by)))


def _said(line: str, known: Mapping[str, Statement], by: Basis) -> Iterator[Statement]:
    # A drafted statement may hold several sentences: it is looked for as a whole first.
    rest = line
    while rest:
        whole = max((one for one in known if one and rest.startswith(one)), key=len, default=None)
        if whole is not None:
            yield known[whole]
        else:
            whole = _SENTENCE.match(rest)[0]  # type: ignore[index]
            yield Statement(whole, (by,))
        rest = rest[len(whole) :]


def _line(block: Block) -> str:
    match block:
        case Paragraph():
            return " ".join(block.text.split("\n"))
        case Table():
            return f"〔表：{block.title}〕"
        case Chart():
            return f"〔图：{block.title}〕"


def _statements(section: PaperSection) -> Iterable[Statement]:
    for block in section.blocks:
        if isinstance(block, Paragraph):
            yield from block.statements


def _grounded(block: Block) -> Iterator[tuple[str, tuple[Basis, ...]]]:
    if isinstance(block, Paragraph):
        yield from ((one.text, one.rests_on) for one in block.statements)
    else:
        yield _line(block), block.rests_on


def _is_own(statement: Statement) -> bool:
    return any(one.ledger is Ledger.PERSON for one in statement.rests_on)

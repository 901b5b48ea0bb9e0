"""A report as every format prints it: letterhead, serial, title, and the four confirmed parts; and any other paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from records.papers import Basis, Block, Chart, Content, PaperKind, Paragraph, Table
from records.reports import ConfirmedPart
from records.words import ReportKind
from records.zone import CHINA


class NotPrinted(Exception):
    """A further format cannot be printed now; the message says why. The .docx stands without it."""


class NoProgram(NotPrinted):
    """What would print it is not there: no paper is at fault."""


_SHORTENED = 36
"""As many characters of a sentence as the appendix repeats."""

_DIGITS = "〇一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Whose report it is; every field is a setting of the organisation.

    `heading` is printed in red at the top, `serial_prefix` begins the serial (惠舆情报), `addressee` is who gets the
    report (第四十二条（三）: the committee and the government), `issuer` signs it.
    """

    heading: str
    serial_prefix: str
    addressee: str
    issuer: str


@dataclass(frozen=True, slots=True)
class Document:
    """What a format prints. `replay` says so on the page: it is no filed report. `superseding` names the one it replaces."""

    letterhead: Letterhead
    serial: str
    title: str
    kind: ReportKind
    filed_at: datetime
    filed_by: str
    parts: tuple[ConfirmedPart, ...]
    replay: bool = False
    superseding: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One numbered part of a paper: its heading, its paragraphs, tables and charts, and a small note below them."""

    heading: str
    lines: tuple[str, ...] = ()
    note: str | None = None
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """One row of the appendix: what the paper says in which of its parts, and what that rests on."""

    number: int
    part: str
    words: str
    rests_on: tuple[Basis, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """Any paper of the office under its letterhead.

    `superseding` and `banner` stand below the title, `closing` below the signature, `grounds` in an appendix on a page of
    its own.
    """

    letterhead: Letterhead
    serial: str
    title: str
    sections: tuple[Section, ...]
    signed_at: datetime
    closing: str
    banner: str | None = None
    superseding: str | None = None
    grounds: tuple[Ground, ...] = ()
    kind: PaperKind | None = None


def incident_paper(document: Document) -> Paper:
    """A report on an incident as a paper: its four parts, each with who confirmed it."""
    return Paper(
        letterhead=document.letterhead,
        serial=document.serial,
        title=document.title,
        sections=tuple(_part(part, document.replay) for part in document.parts),
        signed_at=document.filed_at,
        closing=f"（报送人：{document.filed_by}，报送时间：{moment(document.filed_at)}）",
        banner="（回放演练，非正式报送）" if document.replay else None,
        superseding=document.superseding,
        grounds=_numbered(
            (numeral(number), words, bases)
            for number, part in enumerate(document.parts, start=1)
            for paragraph in part.paragraphs
            for words, bases in _claims(paragraph)
        ),
    )


def office_paper(
    content: Content,
    letterhead: Letterhead,
    serial: str,
    signed_at: datetime,
    closing: str,
    *,
    banner: str | None = None,
    superseding: str | None = None,
    kind: PaperKind | None = None,
) -> Paper:
    """What a paper says, under the letterhead, with what it rests on in an appendix.

    `superseding` is the sentence that names the paper whose place it takes, `kind` chooses an office's own template.
    """
    return Paper(
        letterhead=letterhead,
        serial=serial,
        title=content.title,
        sections=tuple(Section(one.heading, blocks=one.blocks) for one in content.sections),
        signed_at=signed_at,
        closing=closing,
        banner=banner,
        superseding=superseding,
        grounds=grounds_of(content),
        kind=kind,
    )


def grounds_of(content: Content) -> tuple[Ground, ...]:
    """What every sentence, table and chart that names a basis rests on, numbered in the order of the paper."""
    return _numbered(
        (numeral(number), words, bases)
        for number, section in enumerate(content.sections, start=1)
        for block in section.blocks
        for words, bases in _claims(block)
    )


def superseding(serial: str, reason: str | None) -> str:
    """The sentence by which a paper takes the place of another."""
    return f"本件替代{serial}，原件作废。更正理由：{(reason or '').rstrip('。')}。"


def numeral(number: int) -> str:
    """A number from 1 to 99 in Chinese numerals: 九, 十, 十一, 二十."""
    tens, ones = divmod(number, 10)
    before = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return before + (_DIGITS[ones] if ones else "")


def day(at: datetime) -> str:
    """The day as a paper writes it."""
    local = at.astimezone(CHINA)
    return f"{local.year}年{local.month}月{local.day}日"


def moment(at: datetime) -> str:
    """The minute as a paper writes it."""
    local = at.astimezone(CHINA)
    return f"{day(at)}{local.hour:02d}时{local.minute:02d}分"


def _part(part: ConfirmedPart, replay: bool) -> Section:
    deed = "在回放中提交，未经核对" if replay else "确认"
    note = f"（本部分由{part.confirmed_by}于{moment(part.confirmed_at)}{deed}）"
    return Section(part.part.label, tuple(part.text.splitlines()), note)


def _numbered(claims: Iterable[tuple[str, str, tuple[Basis, ...]]]) -> tuple[Ground, ...]:
    found = [claim for claim in claims if claim[2]]
    return tuple(Ground(number, *claim) for number, claim in enumerate(found, start=1))


def _claims(block: Block) -> Iterator[tuple[str, tuple[Basis, ...]]]:
    match block:
        case Paragraph():
            for one in block.statements:
                yield _shortened(one.text), one.rests_on
        case Table():
            yield f"表：{_shortened(block.title)}", block.rests_on
        case Chart():
            yield f"图：{_shortened(block.title)}", block.rests_on


def _shortened(text: str) -> str:
    whole = " ".join(text.split())
    return whole if len(whole) <= _SHORTENED else f"{whole[: _SHORTENED - 1]}…"

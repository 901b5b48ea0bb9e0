"""A report as every format prints it: letterhead, serial, title, and the four confirmed parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from records.reports import ConfirmedPart
from records.words import ReportKind


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
    """What a format prints. `replay` says so on the page: it is no filed report."""

    letterhead: Letterhead
    serial: str
    title: str
    kind: ReportKind
    filed_at: datetime
    filed_by: str
    parts: tuple[ConfirmedPart, ...]
    replay: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One numbered part of a paper: its heading, its paragraphs, and a small note below them."""

    heading: str
    lines: tuple[str, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """Any paper of the office under its letterhead. `banner` stands below the title, `closing` below the signature."""

    letterhead: Letterhead
    serial: str
    title: str
    sections: tuple[Section, ...]
    signed_at: datetime
    closing: str
    banner: str | None = None

"""Reads one cell of an export: as plain text, as a name for good, as a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import Any

from crawlers.dates import MISSING, Dated, dated
from crawlers.markup import plain
from crawlers.tabular import unwrapped
from records.zone import CHINA

_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000
_SERIAL_ORIGIN = datetime(1899, 12, 30, tzinfo=CHINA)
_CLOCK_ALONE = re.compile(r"\D{0,4}\d{1,2}[:：]\d{1,2}(?:[:：]\d{1,2}(?:\.\d+)?)?")
_ROUNDED = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)
_MOST_DIGITS = 10**15
"""Excel keeps fifteen digits of a number; a longer one is no longer the one that was exported."""


def is_blank(cell: Any) -> bool:
    """Whether nothing stands in the cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def first(cells: Sequence[Any]) -> Any:
    """The first cell that is not blank, or None."""
    return next((cell for cell in cells if not is_blank(cell)), None)


def text_of(cell: Any) -> str:
    """The plain text of a cell; "" for what is no text (a list, yes or no)."""
    if isinstance(cell, str):
        return plain(unwrapped(cell))
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _number(cell)
    return cell.isoformat(" ") if isinstance(cell, datetime) else ""


def name_of(cell: Any) -> str | None:
    """What a cell names its row by; None where it names nothing, or nothing that can be relied on."""
    if isinstance(cell, bool) or is_rounded(cell):
        return None
    return text_of(cell) or None


def is_rounded(cell: Any) -> bool:
    """Whether the cell held a long number that Excel has rounded, so that many rows may bear the same."""
    if isinstance(cell, str):
        return _ROUNDED.fullmatch(unwrapped(cell).strip()) is not None
    return isinstance(cell, float) and abs(cell) >= _MOST_DIGITS


def time_of(cells: Sequence[Any], now: datetime) -> Dated | None:
    """The time that the cells show together (a date and a time of day may stand apart); None where it cannot be read.

    A time without a zone is one of Asia/Shanghai. All blank: `now`, flagged as missing.
    """
    shown = [cell for cell in cells if not is_blank(cell)]
    if not shown:
        return Dated(now, MISSING)
    read = dated(shown[0] if len(shown) == 1 and _is_stamp(shown[0]) else " ".join(map(_time_text, shown)), now)
    return None if read.flag == MISSING or _CLOCK_ALONE.fullmatch(_time_text(shown[0])) else read


def _is_stamp(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool) and not _is_serial(float(cell))


def _time_text(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    if isinstance(cell, bool):
        return ""
    text = unwrapped(str(cell)).strip()
    if _SERIAL.fullmatch(text) and _is_serial(float(text)):
        return _from_serial(float(text))
    return text


def _is_serial(number: float) -> bool:
    return _FIRST_SERIAL <= number < _LAST_SERIAL


def _from_serial(days: float) -> str:
    """A date as Excel counts it, in days since the last of 1899."""
    return (_SERIAL_ORIGIN + timedelta(seconds=round(days * 86400))).isoformat()


def _number(number: float) -> str:
    return str(int(number)) if isfinite(number) and number == int(number) else str(number)

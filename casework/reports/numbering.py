"""Numbers reports: the office's yearly serial, the number within an incident, and the file name made of it."""

from __future__ import annotations

from datetime import datetime

from records.words import ReportKind
from records.zone import CHINA


def year_of(at: datetime) -> tuple[int, datetime, datetime]:
    """The year in Asia/Shanghai that `at` lies in, its first moment, and the first moment of the next."""
    year = at.astimezone(CHINA).year
    return year, datetime(year, 1, 1, tzinfo=CHINA), datetime(year + 1, 1, 1, tzinfo=CHINA)


def serial(prefix: str, year: int, number: int) -> str:
    """The office's serial, such as 惠舆情报〔2026〕12号. Raises ValueError for a number below 1."""
    if number < 1:
        raise ValueError(f"serials count from 1, not {number}")
    return f"{prefix}〔{year}〕{number}号"


def kind_label(kind: ReportKind, number: int) -> str:
    """How a title names the report: 首报, 续报第2期, 终报."""
    return f"{kind.label}第{number}期" if kind is ReportKind.PROGRESS or number > 1 else kind.label


def title(matter: str, kind: ReportKind, number: int, corrects: bool = False) -> str:
    """The report's title; `matter` is how drafting.matter names it. One that takes the place of another says so."""
    label = kind_label(kind, number)
    if corrects:
        label = f"{label if kind is ReportKind.PROGRESS else kind.label}，更正"
    return f"关于{matter}负面舆情情况的报告（{label}）"


def file_name(incident: str, kind: ReportKind, number: int, extension: str) -> str:
    """The file's name under reports/, the same for the same report. Raises ValueError for an id that is no file name."""
    if not incident or incident in {".", ".."} or any(letter in '/\\:*?"<>|\0' for letter in incident):
        raise ValueError(f"not a file name: {incident!r}")
    return f"{incident}-{kind.value}-{number}.{extension}"

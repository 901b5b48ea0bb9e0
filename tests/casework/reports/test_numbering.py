"""Serials, titles and file names of reports."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from casework.reports.numbering import file_name, kind_label, serial, year_of
from records.words import ReportKind


def test_a_serial_has_prefix_year_and_number() -> None:
    assert serial("惠舆情报", 2026, 12) == "惠舆情报〔2026〕12号"


def test_serials_count_from_one() -> None:
    with pytest.raises(ValueError, match="count from 1"):
        serial("惠舆情报", 2026, 0)


def test_the_year_turns_at_midnight_in_the_office_not_in_greenwich() -> None:
    before, after = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC), datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    assert year_of(before)[0] == 2026
    assert year_of(after)[0] == 2027
    assert year_of(before)[2] == after == year_of(after)[1]


@pytest.mark.parametrize(
    ("kind", "number", "label"),
    [
        (ReportKind.INITIAL, 1, "首报"),
        (ReportKind.INITIAL, 2, "首报第2期"),
        (ReportKind.PROGRESS, 1, "续报第1期"),
        (ReportKind.PROGRESS, 3, "续报第3期"),
        (ReportKind.FINAL, 1, "终报"),
    ],
)
def test_progress_reports_are_numbered_the_single_ones_only_when_they_repeat(
    kind: ReportKind, number: int, label: str
) -> None:
    assert kind_label(kind, number) == label


def test_a_file_is_named_after_incident_kind_and_number() -> None:
    assert file_name("20260410-001", ReportKind.PROGRESS, 2, "docx") == "20260410-001-progress-2.docx"


@pytest.mark.parametrize("incident", ["", "..", "../../etc/passwd", "a/b", "a\\b", "C:x", "a\0b"])
def test_an_id_that_could_leave_the_folder_names_no_file(incident: str) -> None:
    with pytest.raises(ValueError, match="not a file name"):
        file_name(incident, ReportKind.INITIAL, 1, "docx")

"""What could not be printed when it was filed is printed later, many in one call, and what cannot be is there to see."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from casework.reports.document import NoProgram, NotPrinted
from pipeline.later_formats import BATCH, PAUSES, Outcome, Unprinted, print_due, print_later, unprinted, without_pdf
from records.reports import Report
from records.words import ReportKind
from storage.store import Store
from tests.pipeline.known_answers import NOON, Town

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Printer:
    """Turns every paper into its own bytes and counts its calls; what begins with `bad` it does not print."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, papers: Sequence[bytes]) -> list[bytes]:
        self.calls += 1
        if any(one.startswith(b"bad") for one in papers):
            raise NotPrinted("没有转出")
        if any(one.startswith(b"full") for one in papers):
            raise OSError(errno.ENOSPC, "no space left")
        return [b"%PDF " + one for one in papers]


def absent(papers: Sequence[bytes]) -> list[bytes]:
    """A program that is not installed."""
    raise NoProgram("没有安装")


def filed(folder: Path, **papers: str) -> None:
    for name, content in papers.items():
        (folder / f"{name}.docx").write_text(content, encoding="utf-8")


def left(store: Store) -> list[Unprinted]:
    with store.reading() as t:
        return unprinted(t)


def test_only_what_has_no_pdf_is_printed_in_few_calls(tmp_path: Path) -> None:
    filed(tmp_path, **{f"p{number:02d}": str(number) for number in range(BATCH + 2)})
    (tmp_path / "p00.pdf").write_text("there", encoding="utf-8")
    printer = Printer()
    assert len(list(print_later(without_pdf(tmp_path), printer))) == BATCH + 1
    assert printer.calls == 2
    assert (tmp_path / "p00.pdf").read_text("utf-8") == "there"
    assert (tmp_path / "p21.pdf").read_bytes() == b"%PDF 21"
    assert without_pdf(tmp_path) == []


def test_one_that_cannot_be_printed_read_or_written_keeps_no_other_from_it(tmp_path: Path) -> None:
    filed(tmp_path, a="one", b="bad", c="full", e="two", f="three")
    files = without_pdf(tmp_path)
    (tmp_path / "d.docx").mkdir()
    files.insert(3, tmp_path / "d.docx")
    (tmp_path / "e.pdf").mkdir()
    outcomes = {one.file.name: one.fault for one in print_later(files, Printer())}
    assert outcomes == {
        "a.docx": None,
        "b.docx": "没有转出",
        "c.docx": "文件读不出或写不进：磁盘已满",
        "d.docx": "文件读不出或写不进：这是目录，不是文件",
        "e.docx": "文件读不出或写不进：这是目录，不是文件",
        "f.docx": None,
    }
    assert (tmp_path / "f.pdf").read_bytes() == b"%PDF three"


def test_it_is_tried_again_after_growing_pauses_and_then_no_more(store: Store, tmp_path: Path) -> None:
    filed(tmp_path, a="bad")
    now, printer = NOW, Printer()
    for times, pause in enumerate(PAUSES, 1):
        print_due(store, without_pdf(tmp_path), printer, now)
        (one,) = left(store)
        assert (one.times, one.again_at, one.fault) == (times, now + pause, "没有转出")
        assert print_due(store, without_pdf(tmp_path), printer, now + pause - MINUTE) == []
        now += pause
    print_due(store, without_pdf(tmp_path), printer, now)
    assert [(one.times, one.again_at) for one in left(store)] == [(6, None)]
    assert print_due(store, without_pdf(tmp_path), printer, now + timedelta(days=365)) == []
    assert printer.calls == 6
    assert list(PAUSES) == sorted(set(PAUSES))


def test_a_person_may_have_it_tried_at_any_time_and_what_is_printed_is_told_no_more(
    store: Store, tmp_path: Path
) -> None:
    filed(tmp_path, a="bad", b="bad")
    print_due(store, without_pdf(tmp_path), Printer(), NOW)
    filed(tmp_path, a="good")
    assert print_due(store, without_pdf(tmp_path), Printer(), NOW + MINUTE) == []
    again = print_due(store, without_pdf(tmp_path), Printer(), NOW + MINUTE, every=True)
    assert again == [Outcome(tmp_path / "a.docx"), Outcome(tmp_path / "b.docx", "没有转出")]
    assert [(one.file, one.times) for one in left(store)] == [("b.docx", 2)]
    (tmp_path / "b.docx").unlink()
    print_due(store, without_pdf(tmp_path), Printer(), NOW + MINUTE)
    assert left(store) == []


def test_while_the_program_is_missing_no_try_is_counted(store: Store, tmp_path: Path) -> None:
    filed(tmp_path, a="one", b="two")
    for number in range(9):
        print_due(store, without_pdf(tmp_path), absent, NOW + number * PAUSES[0])
    assert [(one.file, one.times, one.fault) for one in left(store)] == [
        ("a.docx", 0, "没有安装"),
        ("b.docx", 0, "没有安装"),
    ]
    print_due(store, without_pdf(tmp_path), Printer(), NOW + 9 * PAUSES[0])
    assert left(store) == []
    assert (tmp_path / "b.pdf").is_file()


def test_people_read_the_number_of_the_report_not_the_name_of_its_file(store: Store, tmp_path: Path) -> None:
    town = Town(store)
    for number in range(3):
        town.come(f"p{number}", NOON)
    opened = town.judge()
    assert opened is not None
    filed(tmp_path, report="bad", unknown="bad")
    with store.transaction() as t:
        serial = "惠舆情报〔2026〕1号"
        t.reports.add(Report(opened.id, ReportKind.INITIAL, 1, serial, NOW, "李静", (), "report.docx"))
    print_due(store, without_pdf(tmp_path), Printer(), NOW)
    assert [one.name for one in left(store)] == ["首报惠舆情报〔2026〕1号", "unknown.docx"]

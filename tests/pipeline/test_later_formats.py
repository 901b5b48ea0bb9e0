"""What could not be printed when it was filed is printed later, many in one call."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from casework.reports.document import NotPrinted
from pipeline.later_formats import BATCH, print_later, without_pdf


class Printer:
    """Turns every paper into its own bytes and counts its calls; what begins with `bad` it does not print."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, papers: Sequence[bytes]) -> list[bytes]:
        self.calls += 1
        if any(one.startswith(b"bad") for one in papers):
            raise NotPrinted("没有转出")
        return [b"%PDF " + one for one in papers]


def filed(folder: Path, **papers: str) -> None:
    for name, content in papers.items():
        (folder / f"{name}.docx").write_text(content, encoding="utf-8")


def test_only_what_has_no_pdf_is_printed_in_few_calls(tmp_path: Path) -> None:
    filed(tmp_path, **{f"p{number:02d}": str(number) for number in range(BATCH + 2)})
    (tmp_path / "p00.pdf").write_text("there", encoding="utf-8")
    printer = Printer()
    assert len(list(print_later(without_pdf(tmp_path), printer))) == BATCH + 1
    assert printer.calls == 2
    assert (tmp_path / "p00.pdf").read_text("utf-8") == "there"
    assert (tmp_path / "p21.pdf").read_bytes() == b"%PDF 21"
    assert without_pdf(tmp_path) == []


def test_one_that_cannot_be_printed_keeps_no_other_from_it_and_is_told(tmp_path: Path) -> None:
    filed(tmp_path, a="one", b="bad", c="two")
    made: list[Path] = []
    with pytest.raises(NotPrinted, match="没有转出"):
        made.extend(print_later(without_pdf(tmp_path), Printer()))
    assert [file.name for file in sorted(tmp_path.glob("*.pdf"))] == ["a.pdf", "c.pdf"]
    assert [file.name for file in without_pdf(tmp_path)] == ["b.docx"]

"""The .pdf as it lies on paper, measured in millimetres: page, text block, lines, characters, page numbers (GB/T 9704)."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from xml.etree import ElementTree

import pytest

from casework.reports.document import NotPrinted
from casework.reports.formats import docx, pdf
from casework.reports.office_program import converted, program
from records.papers import Basis, Ledger
from tests.casework.reports.papers import office, report

MM = 25.4 / 72
NAMESPACE = {"x": "http://www.w3.org/1999/xhtml"}

pytestmark = pytest.mark.skipif(program() is None, reason="LibreOffice is not installed")


@dataclass(frozen=True)
class Line:
    """A printed line: its words and the box around them, in mm from the upper left corner."""

    words: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Page:
    """A page, its lines from top to bottom; the last one is the page number."""

    width: float
    height: float
    lines: Sequence[Line]

    @property
    def text(self) -> Sequence[Line]:
        return self.lines[:-1]


def measured(file: Path) -> list[Page]:
    answer = subprocess.run(["pdftotext", "-bbox-layout", str(file), "-"], capture_output=True, check=True, timeout=120)
    return [
        Page(float(page.attrib["width"]) * MM, float(page.attrib["height"]) * MM, _lines(page))
        for page in ElementTree.fromstring(answer.stdout).iterfind(".//x:page", NAMESPACE)
    ]


def _lines(page: ElementTree.Element) -> list[Line]:
    """The words of a page put together by how low they stand."""
    rows: dict[int, list[ElementTree.Element]] = {}
    for word in page.iterfind(".//x:word", NAMESPACE):
        rows.setdefault(round((float(word.attrib["yMin"]) + float(word.attrib["yMax"])) / 8), []).append(word)
    return [
        Line(
            "".join(word.text or "" for word in sorted(row, key=lambda one: float(one.attrib["xMin"]))),
            *(side(float(word.attrib[name]) for word in row) * MM for side, name in _SIDES),
        )
        for _, row in sorted(rows.items())
    ]


_SIDES = ((min, "xMin"), (min, "yMin"), (max, "xMax"), (max, "yMax"))


def right_edge(line: Line) -> float:
    """Where a line ends; a mark at its end may hang out, as every Chinese word processor lets it."""
    return line.right - (16 * MM if line.words.endswith(("。", "，", "、", "；")) else 0)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[Page]]:
    """A long report and a paper with a table, charts and an appendix, printed in one call."""
    folder = tmp_path_factory.mktemp("printed")
    papers = {"report": docx.render(report(6)), "office": docx.printed(office(3))}
    pages = {}
    for name, content in zip(papers, converted(list(papers.values()), seconds=90), strict=True):
        (folder / f"{name}.pdf").write_bytes(content)
        pages[name] = measured(folder / f"{name}.pdf")
    return pages


@pytest.mark.parametrize("name", ["report", "office"])
def test_pages_are_a4_and_nothing_stands_outside_the_text_block(printed: Mapping[str, list[Page]], name: str) -> None:
    for page in printed[name]:
        assert (round(page.width), round(page.height)) == (210, 297)
        assert min(one.left for one in page.text) >= 28 - 0.3
        assert max(map(right_edge, page.text)) <= 210 - 26 + 0.3
        assert min(one.top for one in page.text) >= 37 - 2
        assert max(one.bottom for one in page.text) <= 297 - 35 + 2


def test_a_full_page_has_22_lines_of_27_to_28_characters(printed: Mapping[str, list[Page]]) -> None:
    full = printed["report"][1:-1]
    assert len(full) >= 3
    assert [len(page.text) for page in full if len(page.text) != 21] == [22] * (len(full) - _widows(full))
    whole = [one for page in full for one in page.text if one.right > 210 - 26 - 6 and one.left < 29]
    assert len(whole) > 40
    assert {len(one.words) for one in whole} <= {27, 28}


def _widows(pages: Sequence[Page]) -> int:
    """How many pages are a line short, because one line of a paragraph never stands alone."""
    return sum(len(page.text) == 21 for page in pages)


def test_the_lines_of_a_page_lie_evenly_over_225_mm(printed: Mapping[str, list[Page]]) -> None:
    page = printed["report"][1].text
    steps = [below.top - above.top for above, below in pairwise(page)]
    assert max(steps) - min(steps) < 0.6
    assert sum(steps) / len(steps) == pytest.approx(225 / 22, abs=0.05)


@pytest.mark.parametrize("name", ["report", "office"])
def test_page_numbers_stand_at_the_right_on_odd_and_at_the_left_on_even_pages(
    printed: Mapping[str, list[Page]], name: str
) -> None:
    pages = printed[name]
    assert len(pages) >= 4
    for number, page in enumerate(pages, start=1):
        foot = page.lines[-1]
        assert foot.words == f"—{number}—"
        assert foot.top > 297 - 35
        assert (foot.left > 150) is (number % 2 == 1)
        assert (foot.right < 60) is (number % 2 == 0)


def test_the_appendix_begins_a_page_and_repeats_its_head(printed: Mapping[str, list[Page]]) -> None:
    first = next(number for number, page in enumerate(printed["office"]) if page.lines[0].words == "附件")
    assert [one.words for one in printed["office"][first].lines[1:3]] == ["数据依据", "序号部分正文内容依据"]
    for page in printed["office"][first + 1 :]:
        assert page.lines[0].words == "序号部分正文内容依据"
    assert first + 1 < len(printed["office"])


def test_a_table_that_fills_the_last_page_is_followed_by_no_empty_one(tmp_path: Path) -> None:
    one = Basis(Ledger.POST, "一", ("1",))
    rows = [replace(office(1).grounds[0], number=n, words="一", rests_on=(one,)) for n in range(1, 24)]
    papers = [
        docx.printed(replace(office(1), grounds=(*rows[:-1], replace(rows[-1], rests_on=(one,) * lines))))
        for lines in (1, 2)
    ]
    lowest = []
    for number, content in enumerate(converted(papers, seconds=90)):
        file = tmp_path / f"{number}.pdf"
        file.write_bytes(content)
        last = measured(file)[-1].text
        assert last, "the last page holds nothing"
        lowest.append(last[-1].bottom)
    assert max(lowest) > 297 - 35 - 225 / 22, "no table ends where another line has no room"


def test_no_signature_stands_on_a_page_without_text(printed: Mapping[str, list[Page]]) -> None:
    for name in ("report", "office"):
        page = next(one for one in printed[name] if any(line.words == "中共惠川区委办公室" for line in one.lines))
        above = [one.words for one in page.lines[: [one.words for one in page.lines].index("中共惠川区委办公室")]]
        assert [words for words in above if words != "附件：数据依据"] != []


def test_the_same_paper_gives_the_same_bytes_and_says_its_own_time() -> None:
    content = pdf.printed(office(1))
    assert content == pdf.printed(office(1))
    assert b"/CreationDate(D:20260410012000Z')" in content


def test_a_report_is_printed_from_its_docx(printed: Mapping[str, list[Page]]) -> None:
    words = "".join(one.words for page in printed["report"] for one in page.text)
    assert "一、网上舆情基本情况" in words
    assert "四、线下事件的基本情况及其处置措施" in words


def test_a_program_that_does_not_end_is_ended() -> None:
    began = perf_counter()
    with pytest.raises(NotPrinted, match="没有转完，已停止"):
        converted([docx.printed(office(1))], seconds=0.2)
    assert perf_counter() - began < 5


def test_without_the_program_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotPrinted, match="libreoffice-writer-nogui"):
        pdf.render(report())


def test_what_is_no_paper_is_not_printed() -> None:
    with pytest.raises(NotPrinted, match="没有转出 PDF"):
        converted([b"PK\x03\x04 no paper"])

"""Tables that people fill in are read as rows, whatever program wrote them; what is none is refused in one line."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import docx
import pytest
from openpyxl import Workbook

from records.spreadsheets import Unreadable, cells_of, columns_of, plain_text, table_in, table_of, written_moment

ROWS = [("单位", "值班员"), ("区住建局", "张三")]


def workbook() -> bytes:
    book = Workbook()
    for row in ROWS:
        book.worksheets[0].append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_comma_separated_text_is_read_in_the_encodings_of_offices(encoding: str):
    content = "\r\n".join(",".join(row) for row in ROWS).encode(encoding)
    assert [tuple(row) for row in table_of("值班表.CSV", content)] == ROWS


def letter() -> bytes:
    """A file of a word processor, which is packed like a workbook and holds none."""
    content = BytesIO()
    docx.Document().save(content)
    return content.getvalue()


def test_a_workbook_is_read_from_a_file_and_from_what_was_uploaded(tmp_path: Path):
    (tmp_path / "值班表.xlsx").write_bytes(workbook())
    assert list(table_in(tmp_path / "值班表.xlsx")) == ROWS
    assert list(table_of("值班表.xlsx", workbook())) == ROWS


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("值班表.doc", b"", "只能导入"),
        ("值班表.xlsx", b"not a workbook", "不是可读的 Excel"),
        ("值班表.xlsx", letter(), "不是可读的 Excel"),
        ("值班表.csv", b"\xff\xfe\x00\x00\x81", "不是文字文件"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(name: str, content: bytes, told: str):
    with pytest.raises(Unreadable, match=told):
        list(table_of(name, content))


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(Unreadable, match=r"值班表\.csv：读不了"):
        list(table_in(tmp_path / "值班表.csv"))


def test_columns_are_found_by_any_known_heading_and_a_missing_one_is_named():
    assert columns_of(["\ufeff姓名", None, "单位"], {"姓名": "name", "单位": "unit"}, ["name"], "") == {
        "name": 0,
        "unit": 2,
    }
    with pytest.raises(Unreadable, match="name（姓名）。看模板"):
        columns_of(["单位"], {"姓名": "name"}, ["name"], "看模板")


def test_empty_rows_are_passed_over_and_short_ones_filled():
    assert list(cells_of([(2, ("a",)), (3, ("", None)), (4, (None, "b"))], {"x": 0, "y": 1})) == [
        (2, {"x": "a", "y": None}),
        (4, {"x": None, "y": "b"}),
    ]


def test_moments_and_numbers_read_as_people_write_them():
    assert written_moment("2026年5月1日 8:05") == "2026-05-01T08:05:00+08:00"
    assert written_moment("2026-13-01") == "2026-13-01"
    assert plain_text(12.0) == "12"

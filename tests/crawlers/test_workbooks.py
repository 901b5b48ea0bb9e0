"""Workbooks: which cells come out, and which workbooks are not opened at all."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from crawlers.reading import Unreadable
from crawlers.tabular import Row
from crawlers.workbooks import workbook_tables

SHEET = "xl/worksheets/sheet1.xml"


def saved(fill: Callable[[Any], None]) -> bytes:
    """A workbook with one sheet, filled in."""
    book = openpyxl.Workbook()
    fill(book.active)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def rewritten(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with another part in place of one of its own."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return stream.getvalue()


def sheet(data: str) -> bytes:
    """A workbook whose only sheet holds these rows as they are written in the file."""
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return rewritten(saved(lambda _: None), SHEET, lambda _: head + data.encode() + b"</sheetData></worksheet>")


def cells(content: bytes, wanted: str | int | None = None) -> list[list[Any]]:
    """The cells of all rows."""
    tables = workbook_tables(io.BytesIO(content), wanted)
    return [list(row.cells) for table in tables for row in table.rows if isinstance(row, Row)]


def refusal(content: bytes) -> str:
    with pytest.raises(Unreadable) as fault:
        cells(content)
    return str(fault.value)


def test_cells_come_as_what_they_are() -> None:
    at = datetime(2026, 3, 5, 10, 20)  # noqa: DTZ001 (a cell has no zone)
    assert cells(saved(lambda own: own.append(["文", 7, 1.5, True, None, at]))) == [["文", 7, 1.5, True, None, at]]


def test_a_formula_is_what_was_last_worked_out_or_nothing() -> None:
    read = sheet('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>HYPERLINK("x")</f></c></row>')
    assert cells(read) == [[2, None]]


def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    assert cells(sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>=1+1</t></is></c></row>')) == [["=1+1"]]


def test_texts_that_a_workbook_holds_once_for_all_cells_are_found() -> None:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    data = '<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>'
    listed = rewritten(sheet(data), "[Content_Types].xml", lambda part: part.replace(b"</Types>", override.encode()))
    stream = io.BytesIO(listed)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        texts = "<si><t>水</t></si><si><r><t>停</t></r><r><t>电</t></r></si>"
        archive.writestr(
            "xl/sharedStrings.xml",
            f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{texts}</sst>',
        )
    assert cells(stream.getvalue()) == [["停电", "水", "停电"]]


def test_only_the_first_of_merged_cells_holds_their_text() -> None:
    def fill(own: Any) -> None:
        own.append(["标题", None, None])
        own.append(["一", "二", "三"])
        own.merge_cells("A1:C1")

    assert cells(saved(fill)) == [["标题"], ["一", "二", "三"]]


def test_what_a_sheet_says_of_its_size_is_not_believed() -> None:
    read = rewritten(
        saved(lambda own: [own.append(["a", "b"]), own.append(["c", "d"])]),
        SHEET,
        lambda part: part.replace(b'<dimension ref="A1:B2" />', b'<dimension ref="A1" />'),
    )
    assert b'ref="A1"' in zipfile.ZipFile(io.BytesIO(read)).read(SHEET)
    assert cells(read) == [["a", "b"], ["c", "d"]]


def test_rows_keep_their_numbers_over_gaps() -> None:
    data = '<row r="2"><c r="A2"><v>1</v></c></row><row r="5"><c r="B5"><v>2</v></c></row>'
    rows = [row for table in workbook_tables(io.BytesIO(sheet(data)), None) for row in table.rows]
    assert [(row.number, list(row.cells)) for row in rows if isinstance(row, Row) and any(row.cells)] == [
        (2, [1]),
        (5, [None, 2]),
    ]


def test_a_cell_with_an_error_is_empty() -> None:
    assert cells(sheet('<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1"><v>1</v></c></row>')) == [[None, 1]]


@pytest.mark.parametrize(
    "data",
    [
        '<row r="1"><c r="A1" t="s"><v>99999</v></c></row>',
        '<row r="1"><c r="A1"><v>x</v></c></row>',
        '<row r="1"><c r="ZZZZZZZ1"><v>1</v></c></row>',
    ],
)
def test_a_broken_sheet_is_told_with_the_row_from_which_on_it_is_broken(data: str) -> None:
    assert refusal(sheet(data)).startswith("第 1 行起不是完整的 Excel 文件")


def test_rows_before_a_broken_one_are_read() -> None:
    read = workbook_tables(
        io.BytesIO(sheet('<row r="1"><c r="A1"><v>1</v></c></row><row><c r="A2"><v>x</v></c></row>')), None
    )
    rows = next(read).rows
    first = next(rows)
    assert isinstance(first, Row)
    assert list(first.cells) == [1]
    with pytest.raises(Unreadable, match="第 2 行起"):
        next(rows)


# What is not opened


def test_a_workbook_that_is_cut_off_is_refused() -> None:
    whole = saved(lambda own: own.append(["a"]))
    assert "可能没有复制完" in refusal(whole[:-40])
    assert "不是完整的 Excel 文件" in refusal(whole[:10])
    assert "不是完整的 Excel 文件" in refusal(rewritten(whole, "xl/workbook.xml", lambda _: b"<x/>"))
    for data in ('<row r="1"><c r="A1"><v>1</v>', "&undefined;"):
        assert "不是完整的 Excel 文件" in refusal(sheet(data))


def test_a_part_that_says_it_is_smaller_than_it_is_gives_no_more_than_it_says() -> None:
    bomb = sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>' + "水" * 3_000_000 + "</t></is></c></row>")
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        size = archive.getinfo(SHEET).file_size
    lying = bomb.replace(struct.pack("<L", size), struct.pack("<L", 4000))
    assert lying != bomb
    assert "不是完整的 Excel 文件" in refusal(lying)


def test_entities_are_refused() -> None:
    laughs = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    read = rewritten(saved(lambda own: own.append(["a"])), SHEET, lambda _: laughs)
    assert refusal(read) == "文件里有 DTD 声明，出于安全不予解析"


def test_an_archive_with_a_password_is_refused() -> None:
    sealed = bytearray(saved(lambda own: own.append(["a"])))
    begin = 0
    while (begin := sealed.find(b"PK\x01\x02", begin)) >= 0:
        sealed[begin + 8] |= 1
        begin += 4
    assert refusal(bytes(sealed)) == "有密码：请去掉密码另存后再放入"


def test_a_row_of_a_million_cells_is_refused_before_it_is_held_in_memory() -> None:
    varied = "".join(f'<c r="A1"><v>{number * 7919 % 99_991}</v></c>' for number in range(400_000))
    assert refusal(sheet(f'<row r="1">{varied}</row>')) == "解压后过大：请分成几个文件导出"

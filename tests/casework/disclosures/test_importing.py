"""Records are read from JSON Lines and spreadsheets row by row; a bad row says its number, its key and how to mend it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook

from casework.disclosures.importing import (
    GoodRow,
    mapping_from,
    read_content,
    read_file,
    read_lines,
    read_table,
    template,
)
from records.spreadsheets import BadRow, Unreadable
from records.words import Risk, Scope

SHANGHAI = ZoneInfo("Asia/Shanghai")
ROOT = Path(__file__).parents[3]
ROW: dict[str, Any] = {
    "id": "d1",
    "title": "供热方案",
    "published_at": "2026-03-05T10:00:00+08:00",
    "unit": "住建局",
    "scope": "public",
    "body": "全文",
}
HEADINGS = ("编号", "标题", "发布时间", "责任单位", "公开范围", "关注词", "风险等级")
CELLS = ("d1", "供热方案", "2026-03-05 10:00", "住建局", "面向社会", "供热、暖气；采暖费", "高")


def line(**changes: Any) -> str:
    return json.dumps({**ROW, **changes}, ensure_ascii=False)


def bad(text: str) -> BadRow:
    (row,) = read_lines([text])
    assert isinstance(row, BadRow)
    return row


def test_a_line_becomes_a_record_and_blank_lines_are_passed_over():
    rows = list(read_lines(["\ufeff" + line(), "", "   ", line(id=7)]))
    assert [(row.number, row.disclosure.id) for row in rows if isinstance(row, GoodRow)] == [(1, "d1"), (4, "7")]


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("{", None, "不是可读的 JSON 对象"),
        ("[1]", None, "不是可读的 JSON 对象"),
        (line(id=None), "id", "缺少“id”"),
        (line(title="  "), "title", "缺少“title”"),
        (line(published_at="2026-03-05"), "published_at", "“published_at”没有时区"),
        (line(scope="secret"), "scope", "“scope”应为 public"),
        (line(risk="huge"), "risk", "“risk”应为 low"),
        (line(watch_terms="供热"), "watch_terms", "“watch_terms”应为文字列表"),
        (line(explanation=3), "explanation", "“explanation”应为文字"),
    ],
)
def test_a_bad_line_says_its_key_and_how_to_mend_it(text: str, key: str | None, reason: str):
    row = bad(text)
    assert (row.number, row.key) == (1, key)
    assert reason in row.reason


def test_a_bad_line_does_not_stop_the_rest_and_its_text_is_not_repeated():
    rows = list(read_lines([line(id="a"), line(id="b", unit=None, title="张三的身份证"), line(id="c")]))
    assert [type(row).__name__ for row in rows] == ["GoodRow", "BadRow", "GoodRow"]
    assert isinstance(rows[1], BadRow)
    assert "张三" not in rows[1].reason


def test_the_second_row_of_one_id_in_a_file_is_left_out():
    first, second = read_lines([line(), line(title="另一个标题")])
    assert isinstance(first, GoodRow)
    assert isinstance(second, BadRow)
    assert "重复" in second.reason


def test_a_table_is_read_by_its_headings_with_the_words_that_offices_write():
    (row,) = read_table([HEADINGS, CELLS])
    assert isinstance(row, GoodRow)
    record = row.disclosure
    assert (row.number, record.id, record.unit, record.scope, record.risk) == (
        2,
        "d1",
        "住建局",
        Scope.PUBLIC,
        Risk.HIGH,
    )
    assert record.published_at == datetime(2026, 3, 5, 10, tzinfo=SHANGHAI)
    assert record.watch_terms == ("供热", "暖气", "采暖费")
    assert record.body == ""


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (datetime(2026, 3, 5, 10, 30), datetime(2026, 3, 5, 10, 30, tzinfo=SHANGHAI)),  # noqa: DTZ001 (a spreadsheet's)
        (date(2026, 3, 5), datetime(2026, 3, 5, tzinfo=SHANGHAI)),
        ("2026/3/5", datetime(2026, 3, 5, tzinfo=SHANGHAI)),
        ("2026年3月5日 9:05", datetime(2026, 3, 5, 9, 5, tzinfo=SHANGHAI)),
        ("2026-03-05T02:00:00+00:00", datetime(2026, 3, 5, 10, tzinfo=SHANGHAI)),
    ],
)
def test_a_time_without_offset_in_a_cell_is_beijing_time(cell: object, expected: datetime):
    (row,) = read_table([HEADINGS, (*CELLS[:2], cell, *CELLS[3:])])
    assert isinstance(row, GoodRow)
    assert row.disclosure.published_at == expected


@pytest.mark.parametrize("cell", ["昨天", "2026-13-05", 46086, None])
def test_a_cell_that_is_no_time_is_named_by_its_heading(cell: object):
    (row,) = read_table([HEADINGS, (*CELLS[:2], cell, *CELLS[3:])])
    assert isinstance(row, BadRow)
    assert (row.number, row.key) == (2, "发布时间")
    assert "“发布时间”" in row.reason


def test_a_numeric_id_is_text_and_empty_rows_and_short_rows_are_no_mistake():
    rows = list(read_table([HEADINGS, (), (None, " "), (12.0, *CELLS[1:5])]))
    assert [(row.number, row.disclosure.id) for row in rows if isinstance(row, GoodRow)] == [(4, "12")]


def test_a_table_without_a_needed_column_says_which():
    with pytest.raises(Unreadable, match="title（标题/名称"):
        list(read_table([("编号", "发布时间", "责任单位", "公开范围"), CELLS]))
    with pytest.raises(Unreadable, match="表头"):
        list(read_table([]))


def test_a_mapping_of_one_s_own_replaces_the_known_headings(tmp_path: Path):
    mapping = tmp_path / "columns.yaml"
    mapping.write_text("序号: id\n事由: title\n日期: published_at\n科室: unit\n范围: scope\n", "utf-8")
    table = [("序号", "事由", "日期", "科室", "范围"), ("1", "停水", "2026-03-05", "水务局", "党内")]
    (row,) = read_table(table, mapping_from(mapping))
    assert isinstance(row, GoodRow)
    assert row.disclosure.scope is Scope.PARTY


@pytest.mark.parametrize(
    ("content", "message"),
    [("序号: nummer", "没有“nummer”这个项目"), ("- 序号", "对应表"), ("", "对应表"), ("a: [", "YAML")],
)
def test_a_mapping_that_cannot_be_used_is_refused(tmp_path: Path, content: str, message: str):
    path = tmp_path / "columns.yaml"
    path.write_text(content, "utf-8")
    with pytest.raises(Unreadable, match=message):
        mapping_from(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_is_read_in_the_encodings_that_offices_save(tmp_path: Path, encoding: str):
    path = tmp_path / "台账.csv"
    quoted = ",".join(f'"{cell}"' for cell in CELLS).replace("供热方案", "供热\n方案")
    path.write_bytes(f"{','.join(HEADINGS)}\r\n{quoted}\r\n".encode(encoding))
    (row,) = read_file(path)
    assert isinstance(row, GoodRow)
    assert row.disclosure.title == "供热\n方案"


def test_an_excel_file_is_read_from_its_first_sheet(tmp_path: Path):
    path = tmp_path / "台账.xlsx"
    book = Workbook()
    assert book.active is not None
    book.active.append(HEADINGS)
    book.active.append((*CELLS[:2], datetime(2026, 3, 5, 10), *CELLS[3:]))  # noqa: DTZ001 (Excel has no zones)
    book.save(path)
    (row,) = read_file(path)
    assert isinstance(row, GoodRow)
    assert row.disclosure.published_at == datetime(2026, 3, 5, 10, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.pdf", b"%PDF"),
        ("x.xlsx", b"not a zip"),
        ("x.xlsx", b""),
        ("x.jsonl", b"\xff\xfe\x00\x01"),
        ("x.csv", b"\x00"),
    ],
)
def test_a_file_that_cannot_be_read_as_rows_is_refused_in_one_line(tmp_path: Path, name: str, content: bytes):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=name) as refusal:
        list(read_file(path))
    assert "\n" not in str(refusal.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(Unreadable, match="读不了"):
        list(read_file(tmp_path / "none.jsonl"))


def test_the_sample_spreadsheet_is_read_whole_with_its_mapping():
    rows = list(read_file(ROOT / "samples/disclosures.xlsx", mapping_from(ROOT / "samples/disclosures_columns.yaml")))
    assert rows
    assert all(isinstance(row, GoodRow) for row in rows)


@pytest.mark.parametrize("name", ["quiet_week", "school_district", "heating_outage"])
def test_the_written_scenarios_records_are_read_whole(name: str):
    rows = list(read_file(ROOT / f"tests/scenarios/{name}/disclosures.jsonl"))
    assert len(rows) >= 13
    assert all(isinstance(row, GoodRow) for row in rows)


CONTENT = "编号,标题,公开时间,责任单位,公开范围\nd1,供热方案,2026-05-06 09:30,住建局,面向社会\n,无编号,2026-05-06,住建局,党内\n"


def test_an_uploaded_file_is_read_as_the_command_reads_it():
    good, bad = read_content("台账.CSV", CONTENT.encode("gb18030"), 10)
    assert isinstance(good, GoodRow)
    assert (good.disclosure.id, good.disclosure.unit) == ("d1", "住建局")
    assert isinstance(bad, BadRow)
    assert (bad.number, bad.key) == (3, "编号")
    line = '{"id": "d1", "title": "供热方案", "published_at": "2026-05-06T09:30:00+08:00", "unit": "住建局", "scope": "public"}'
    assert read_content("台账.jsonl", line.encode(), 10) == [replace(good, number=1)]


@pytest.mark.parametrize(
    ("name", "content", "most", "said"),
    [
        ("台账.pdf", b"%PDF", 10, "只能导入 .jsonl、.csv 或 .xlsx 文件"),
        ("台账.xlsx", b"no zip", 10, "不是可读的 Excel"),
        ("台账.csv", b"\xff\xff\0", 10, "不是文字文件"),
        ("台账.csv", CONTENT.encode(), 1, "超过 1 行，请分成几个文件导入"),
        ("台账.csv", "甲,乙\n1,2\n".encode(), 10, "请用本页的模板"),
    ],
)
def test_an_uploaded_file_that_cannot_be_taken_in_is_refused_in_plain_words(
    name: str, content: bytes, most: int, said: str
):
    with pytest.raises(Unreadable, match=said):
        read_content(name, content, most)


def test_the_template_can_be_taken_in():
    headings, rows = template()
    (row,) = read_table([headings, *rows])
    assert isinstance(row, GoodRow)

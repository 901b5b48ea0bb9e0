"""`huiying calendar` from the command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from huiying.cli import run

DOCUMENT = Path(__file__).parents[3] / "docs" / "calendar.md"


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk of its own in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUIYING_DATA_DIR", str(tmp_path / "data"))


def test_a_year_is_shown_with_where_it_comes_from(capsys: pytest.CaptureFixture[str]):
    assert run(["calendar", "show", "2026"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "2026 年（依据：国务院办公厅放假通知）"
    assert "2026年5月9日（周六）  调休上班" in lines
    assert "2026年10月1日（周四）  国庆节" in lines


def test_a_count_is_shown_day_by_day(capsys: pytest.CaptureFixture[str]):
    assert run(["calendar", "count", "2026-04-28", "10"]) == 0
    assert "2026年5月14日（周四） 24:00 前完成" in capsys.readouterr().out


def test_the_example_of_the_document_can_be_imported(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    example = re.search(r"```yaml\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert example is not None
    (tmp_path / "2026.yaml").write_text(example[1], encoding="utf-8")
    assert run(["calendar", "import", "2026.yaml"]) == 0
    assert capsys.readouterr().out == "2026 年按导入的安排计算：放假 33 天，调休上班 6 天\n"
    assert run(["calendar", "show", "2026"]) == 0
    assert "导入的放假安排" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (None, 2, "没有这个文件"),
        (b"\xff\xfe", 2, "不是 UTF-8"),
        (b"year: [", 2, "第 "),
        (b"holidays: {a: [2027-02-30]}", 2, "不存在的日期"),
        (b"- 1", 1, "放假安排写得不对"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_a_line(
    tmp_path: Path, content: bytes | None, code: int, said: str, capsys: pytest.CaptureFixture[str]
):
    if content is not None:
        (tmp_path / "bad.yaml").write_bytes(content)
    assert run(["calendar", "import", "bad.yaml"]) == code
    error = capsys.readouterr().err
    assert error.startswith("错误：")
    assert said in error
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize("args", [["show", "1999"], ["count", "2026-02-30", "5"], ["count", "2026-03-02", "0"]])
def test_what_cannot_be_counted_is_refused(args: list[str], capsys: pytest.CaptureFixture[str]):
    assert run(["calendar", *args]) == 2
    assert capsys.readouterr().err.startswith("错误：")

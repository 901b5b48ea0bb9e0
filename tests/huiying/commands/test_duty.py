"""`huiying duty` from the command line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from huiying.cli import run
from huiying.clock import SystemClock
from records.zone import CHINA


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk of its own in an empty folder, with two people of the office."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUIYING_DATA_DIR", str(tmp_path / "data"))
    for name in ("李军", "王芳"):
        assert (
            run(["contact", "add", "office", "email", f"{len(name)}{name == '李军'}@qw.example", "--name", name]) == 0
        )


def hour(ahead: int) -> str:
    now = SystemClock().now().astimezone(CHINA).replace(minute=0)
    return f"{now + timedelta(hours=ahead):%Y-%m-%d %H:%M}"


def roster(folder: Path, *rows: tuple[str, str, int, int]) -> str:
    file = folder / "值班表.csv"
    lines = [f"{unit},{name},{hour(begin)},{hour(end)}" for unit, name, begin, end in rows]
    file.write_text("\n".join(["单位,值班员,开始时间,结束时间", *lines]), "gb18030")
    return str(file)


def test_a_roster_is_imported_with_its_bad_rows_named_and_its_holes_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = roster(
        tmp_path, ("区委办公室", "李军", -1, 12), ("区委办公室", "张三", 12, 20), ("区委办公室", "王芳", 20, 40)
    )
    assert run(["duty", "import", file]) == 0
    told = capsys.readouterr()
    assert told.err.startswith("第3行未导入：“张三”不在区委办公室的联系人里")
    assert "新增 2 班，原已在表上 0 班，未导入 1 行" in told.out
    assert "注意：区委办公室值班表" in told.out
    assert run(["duty", "show"]) == 0
    assert "李军" in capsys.readouterr().out


def test_a_shift_is_swapped_and_cancelled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["duty", "import", roster(tmp_path, ("区委办公室", "李军", -1, 40))]) == 0
    span = ["--from", hour(2), "--to", hour(4), "--reason", "开会"]
    assert run(["duty", "swap", "office", "李军", "王芳", *span]) == 0
    assert "由王芳替李军值班" in capsys.readouterr().out
    assert run(["duty", "show"]) == 0
    assert "王芳（替李军：开会）" in capsys.readouterr().out
    assert run(["duty", "swap", "office", "李军", "赵六", *span]) == 1
    assert run(["duty", "cancel", "office", "--from", hour(2), "--to", hour(60), "--reason", "撤", "--stop"]) == 0
    assert capsys.readouterr().out == "已撤去 2 班，这个单位不再排班\n"


def test_the_template_is_written_once_and_read_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tmp_path / "模板.csv")
    assert run(["duty", "template", file]) == 0
    assert run(["duty", "template", file]) == 2
    assert run(["duty", "template", str(tmp_path / "模板.doc")]) == 2
    assert run(["duty", "import", file]) == 1
    assert "没有一行可以导入" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "单位,值班员\n", "单位,值班员,开始时间,结束时间\n"])
def test_an_empty_roster_is_refused(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "空.csv").write_text(text, "utf-8")
    assert run(["duty", "import", str(tmp_path / "空.csv")]) in (1, 2)
    assert capsys.readouterr().err.startswith("错误：")


def test_a_moment_that_is_none_is_refused() -> None:
    assert run(["duty", "cancel", "office", "--from", "明天", "--to", "2026-05-01 08:00", "--reason", "撤"]) == 2

"""`huiying person` from the command line."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

import pytest

from huiying.cli import run


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk of its own in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUIYING_DATA_DIR", str(tmp_path / "data"))


def test_an_account_is_added_listed_reset_and_disabled(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["person", "add", "wangfang", "--name", "王芳", "--role", "unit", "--unit", "区住建局"]) == 0
    first = re.search(r"首次登录密码：(\S{19})", capsys.readouterr().out)
    assert first
    assert run(["person", "list"]) == 0
    assert capsys.readouterr().out == "wangfang\t王芳\t责任单位\t区住建局\t可用\t首次登录须改密码\n"
    assert run(["person", "reset-password", "wangfang"]) == 0
    second = re.search(r"首次登录密码：(\S{19})", capsys.readouterr().out)
    assert second
    assert second[1] != first[1]
    assert run(["person", "disable", "wangfang"]) == 0
    assert run(["person", "list"]) == 0
    assert "已停用" in capsys.readouterr().out
    assert run(["person", "enable", "wangfang"]) == 0


def test_people_come_from_a_file_and_their_first_passwords_go_into_one_for_its_owner_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = "姓名,单位,身份,用户名\n王芳,区住建局,责任单位,wangfang\n某人,,主任,x1\n"
    Path("people.csv").write_text(rows, encoding="utf-8")
    assert run(["person", "import", "people.csv", "--passwords", "first.csv"]) == 0
    told = capsys.readouterr()
    assert "新增 1 个账户，已有 0 个，未导入 1 行" in told.out
    assert "第3行未导入" in told.err
    assert Path("first.csv").stat().st_mode & 0o777 == 0o600
    assert re.search(r"wangfang,王芳,区住建局,责任单位,\S{19}", Path("first.csv").read_text("utf-8-sig"))
    assert run(["person", "import", "people.csv", "--passwords", "first.csv"]) == 2
    assert "已经存在" in capsys.readouterr().err


ROWS = "姓名,单位,身份,用户名\n王芳,区住建局,责任单位,wangfang\n"


def nobody_has_an_account(capsys: pytest.CaptureFixture[str]) -> bool:
    capsys.readouterr()
    assert run(["person", "list"]) == 0
    return "还没有账户" in capsys.readouterr().out


def test_nobody_is_imported_where_the_file_for_the_passwords_cannot_be_made(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("people.csv").write_text(ROWS, encoding="utf-8")
    Path("link.csv").symlink_to("nowhere.csv")
    for name, why in (("no/first.csv", "没有这个文件或目录"), ("link.csv", "已经存在")):
        assert run(["person", "import", "people.csv", "--passwords", name]) == 2
        assert why in capsys.readouterr().err
    assert not Path("nowhere.csv").exists()
    assert nobody_has_an_account(capsys)


@pytest.mark.parametrize(("rows", "code"), [("没有,这样的\n列,名\n", 2), ("姓名,单位,身份,用户名\n某人,,主任,x1\n", 1)])
def test_an_import_that_is_refused_leaves_no_file_for_passwords(
    rows: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("people.csv").write_text(rows, encoding="utf-8")
    assert run(["person", "import", "people.csv", "--passwords", "first.csv"]) == code
    assert not Path("first.csv").exists()
    assert nobody_has_an_account(capsys)


def test_first_passwords_that_cannot_be_written_are_shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    Path("people.csv").write_text(ROWS, encoding="utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        assert run(["person", "import", "people.csv", "--passwords", "first.csv"]) == 1
    told = capsys.readouterr()
    assert re.search(r"wangfang\t王芳\t区住建局\t责任单位\t\S{19}", told.out)
    assert "磁盘已满" in told.err
    assert "新增 1 个账户" in told.out


def test_an_account_is_changed_from_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["person", "add", "wangfang", "--name", "王芳", "--role", "unit", "--unit", "区住建局"]) == 0
    assert run(["person", "change", "wangfang", "--role", "office", "--unit", "-"]) == 0
    assert run(["person", "list"]) == 0
    assert "wangfang\t王芳\t区委办公室\t—" in capsys.readouterr().out
    assert run(["person", "change", "nobody", "--role", "office"]) == 1


def test_an_empty_desk_says_how_to_begin(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["person", "list"]) == 0
    assert "huiying person add" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("args", "code", "why"),
    [
        (["add", "wangfang", "--name", "王芳", "--role", "unit"], 1, "所属单位"),
        (["add", "王", "--name", "王芳", "--role", "duty"], 1, "用户名应为"),
        (["add", "wangfang", "--name", "王芳", "--role", "boss"], 2, "boss"),
        (["add", "wangfang", "--role", "duty"], 2, "--name"),
        (["disable", "nobody"], 1, "没有用户名为“nobody”"),
        (["reset-password", "nobody"], 1, "没有用户名为“nobody”"),
    ],
)
def test_a_refusal_is_one_chinese_line(
    args: list[str], code: int, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["person", *args]) == code
    said = capsys.readouterr().err.splitlines()[0]
    assert said.startswith("错误：")
    assert why in said

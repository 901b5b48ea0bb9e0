"""`huiying person` from the command line."""

from __future__ import annotations

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

"""`huiying audit` from the command line."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from huiying.cli import run


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """The database of a desk with three audited acts."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUIYING_DATA_DIR", str(tmp_path / "data"))
    for number in range(3):
        assert run(["person", "add", f"person{number}", "--name", "某人", "--role", "duty"]) == 0
    capsys.readouterr()
    return tmp_path / "data" / "huiying.db"


def tamper(database: Path, statement: str) -> None:
    connection = sqlite3.connect(database)
    with connection:
        connection.execute(statement)
    connection.close()


def test_a_whole_log_passes_and_shows_its_head(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "verify"]) == 0
    said = capsys.readouterr().out
    assert "操作日志完整，共 3 行" in said
    assert run(["audit", "head"]) == 0
    assert capsys.readouterr().out.strip() in said


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("UPDATE audit SET actor = '别人' WHERE seq = 2", 2),
        ("UPDATE audit SET at = 'never' WHERE seq = 2", 2),
        ("UPDATE audit SET detail = '{' WHERE seq = 2", 2),
        ("DELETE FROM audit WHERE seq = 2", 2),
        ("DELETE FROM audit WHERE seq = 1", 1),
    ],
)
def test_a_tampered_row_is_named_with_exit_code_1(
    database: Path, statement: str, row: int, capsys: pytest.CaptureFixture[str]
) -> None:
    tamper(database, statement)
    assert run(["audit", "verify"]) == 1
    assert f"操作日志第 {row} 行" in capsys.readouterr().err


def test_a_cut_tail_is_named_against_a_head_from_outside(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["audit", "head"]) == 0
    head = capsys.readouterr().out
    (tmp_path / "head.txt").write_text(head, "utf-8")
    tamper(database, "DELETE FROM audit WHERE seq = 3")
    assert run(["audit", "verify"]) == 0
    for option in (["--head", head.strip()], ["--head-file", str(tmp_path / "head.txt")]):
        capsys.readouterr()
        assert run(["audit", "verify", *option]) == 1
        assert "操作日志第 3 行" in capsys.readouterr().err


def test_what_is_no_head_is_bad_input(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "verify", "--head", "abc"]) == 2
    assert "不是链首" in capsys.readouterr().err


def test_an_empty_log_has_no_head(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUIYING_DATA_DIR", str(tmp_path / "data"))
    assert run(["audit", "verify"]) == 0
    assert "日志还是空的" in capsys.readouterr().out
    assert run(["audit", "head"]) == 1


def test_the_hash_alone_is_enough_to_find_a_cut_tail(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "head"]) == 0
    head = capsys.readouterr().out.strip()
    digest = head.partition(":")[2]
    given = (["--head", digest], ["--head", digest, "--length", "3"], ["--head", head, "--length", "3"])
    assert [run(["audit", "verify", *options]) for options in given] == [0, 0, 0]
    tamper(database, "DELETE FROM audit WHERE seq = 3")
    capsys.readouterr()
    assert [run(["audit", "verify", *options]) for options in given] == [1, 1, 1]
    assert capsys.readouterr().err.count("操作日志第 3 行") == 3


def test_a_length_that_contradicts_the_head_is_bad_input(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "head"]) == 0
    head = capsys.readouterr().out.strip()
    assert run(["audit", "verify", "--head", head, "--length", "2"]) == 2
    assert "不一致" in capsys.readouterr().err


def test_the_head_is_sent_to_those_who_keep_it(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "head", "--send"]) == 1
    assert "还没有链首保管人" in capsys.readouterr().err
    assert run(["contact", "add", "keeper", "email", "a@b.example"]) == 0
    assert run(["audit", "head", "--send"]) == 0
    assert "发往 1 个联系方式" in capsys.readouterr().out

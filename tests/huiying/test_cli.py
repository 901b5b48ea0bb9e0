"""The command line speaks Chinese, says one clear line about a mistake, and ends with 0, 1 or 2."""

from __future__ import annotations

import re

import click
import pytest

from huiying.chinese import ChineseCommand, fault
from huiying.cli import cli, run


def names() -> list[str]:
    return cli.list_commands(click.Context(cli))


def test_help_lists_every_command_in_chinese(capsys: pytest.CaptureFixture[str]):
    assert run(["--help"]) == 0
    shown = capsys.readouterr().out
    assert "用法：" in shown
    assert "选项：" in shown
    assert "命令：" in shown
    for name in names():
        assert re.search(rf"^  {name} +\S*[\u4e00-\u9fff]", shown, re.MULTILINE), name


@pytest.mark.parametrize("name", names())
def test_every_command_explains_itself_in_chinese(name: str, capsys: pytest.CaptureFixture[str]):
    assert run([name, "--help"]) == 0
    shown = capsys.readouterr().out
    assert "用法：" in shown
    assert not re.search(r"Usage|Options|Commands|Show this message|\[required\]|\[default", shown)
    assert re.search(r"[\u4e00-\u9fff]{4}", shown)


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]):
    assert run([]) == 0
    assert "命令：" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["upp"], "没有“upp”这个命令"),
        (["version", "--colour"], "没有 --colour 这个选项"),
        (["version", "extra"], "多余的参数：extra"),
        (["replay", "x"], "缺少选项 --out"),
        (["up", "--town-port"], "选项 --town-port 后面要写一个值"),
        (["up", "--town-port", "many"], "“many”不是整数"),
        (["up", "--town-port", "1"], "1 不在允许的范围内"),
    ],
)
def test_a_mistake_is_said_in_chinese_and_ends_with_two(line: list[str], said: str, capsys: pytest.CaptureFixture[str]):
    assert run(line) == 2
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.out == ""
    assert not re.search(r"[A-Z][a-z]+ [a-z]+", shown.err)


def test_bad_settings_end_with_two_and_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HUIYING_DESK__PROT", "1")
    assert run(["settings"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("错误：环境变量 HUIYING_DESK__PROT")
    assert said.count("\n") == 1


def test_paths_that_click_checks_are_refused_in_chinese(tmp_path):
    command = ChineseCommand("probe", params=[click.Argument(["file"], type=click.Path(exists=True, dir_okay=False))])
    with pytest.raises(click.BadParameter) as missing:
        command.main([str(tmp_path / "none")], standalone_mode=False)
    with pytest.raises(click.BadParameter) as folder:
        command.main([str(tmp_path)], standalone_mode=False)
    assert "没有这个文件或目录" in fault(missing.value)
    assert "应是文件" in fault(folder.value)

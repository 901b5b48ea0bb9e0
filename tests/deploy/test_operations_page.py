"""What docs/operations.md tells an administrator to type is there: commands with their options, units, files."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest
import yaml

from huiying.cli import cli
from huiying.settings import Settings
from tests.test_house_rules import ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")
ROLES = ("up", "clock", "send", "judge", "crawl", "desk")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


def typed() -> Iterator[list[str]]:
    """The words after each `huiying` that is to be typed, in a block or in a sentence."""
    lines = [line for block in blocks("sh") for line in block.splitlines()] + re.findall(
        r"`(sudo huiying [^`]+)`", PAGE
    )
    for line in lines:
        found = re.search(r"sudo huiying ([^#|&>]+)", line)
        if found and not found[1].startswith("…"):
            yield shlex.split(found[1])


def parsed(words: list[str], group: click.Group, context: click.Context) -> None:
    """Raises click.UsageError where these words call nothing."""
    command = group.get_command(context, words[0])
    assert command is not None, words
    if isinstance(command, click.Group):
        parsed(words[1:], command, click.Context(command, parent=context))
        return
    known = {option for parameter in command.params for option in parameter.opts}
    assert [word for word in words if word.startswith("--") and word not in known] == [], words


def test_every_command_is_there_with_its_options():
    lines = list(typed())
    assert len(lines) > 8
    for words in lines:
        parsed(words, cli, click.Context(cli))


def test_every_unit_is_one_that_is_installed():
    named = set(re.findall(r"huiying(?:@[a-z]+|-[a-z]+\.[a-z]+)", PAGE)) - {f"huiying@{role}" for role in ROLES}
    there = {file.name for file in (ROOT / "deploy" / "systemd").iterdir()}
    assert named
    assert sorted(named - there) == []


def test_every_script_of_ours_is_there():
    named = set(re.findall(r"\b(deploy/[\w./-]+)", PAGE))
    assert named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
    assert "./install.sh" in PAGE
    assert (ROOT / "deploy" / "bundle" / "install.sh").exists()


@pytest.mark.parametrize("block", blocks("yaml"))
def test_its_settings_are_settings(block: str):
    assert Settings.model_validate(yaml.safe_load(block))

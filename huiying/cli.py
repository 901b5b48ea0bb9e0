"""The installed command `huiying`: finds the sub-commands, says everything in Chinese, ends with 0, 1 or 2.

Exit codes: 0 done, 1 refused or failed, 2 bad input (the command line, the settings, or a file that was named).
A command raises `Failed` or `BadInput` with one Chinese line; it gets its settings by `@pass_settings`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import update_wrapper
from keyword import iskeyword
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import click

import huiying.commands
from huiying.chinese import ChineseCommand, ChineseGroup, fault
from huiying.discovery import module, names
from huiying.linear_algebra import on_one_core, the_same_everywhere
from huiying.settings import BadSettings, Settings, chosen_file, load

P = ParamSpec("P")
R = TypeVar("R")


class Failed(click.ClickException):
    """What was asked for was refused or did not work. The message is one Chinese line."""

    exit_code = 1


class BadInput(click.ClickException):
    """A file or value that was given cannot be used. The message is one Chinese line."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Invocation:
    """What the command line itself says: which settings file, which environment."""

    settings_file: Path | None
    environment: dict[str, str]

    def file_in_force(self) -> Path | None:
        """The settings file, or None where every default holds. Raises BadInput for a named one that is missing."""
        try:
            file = chosen_file(self.settings_file, self.environment)
        except BadSettings as error:
            raise BadInput(str(error)) from None
        return None if file is None else file.absolute()

    def settings(self) -> Settings:
        """The settings in force. Raises BadInput."""
        try:
            return load(self.settings_file, self.environment)
        except BadSettings as error:
            raise BadInput(str(error)) from None


def pass_settings(function: Callable[Concatenate[Settings, P], R]) -> Callable[P, R]:
    """Give a command's function the settings in force as its first argument."""

    def with_settings(*args: P.args, **kwargs: P.kwargs) -> R:
        return function(click.get_current_context().find_object(Invocation).settings(), *args, **kwargs)  # type: ignore[union-attr]

    return update_wrapper(with_settings, function)


def _shown(file_name: str) -> str:
    return file_name.rstrip("_").replace("_", "-")


class Commands(ChineseGroup):
    """The sub-commands that lie in huiying/commands/, imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names: the file name, with - for _; `import_` is named after a word that Python keeps for itself."""
        return [name.rstrip("_").replace("_", "-") for name in names(huiying.commands)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        name = cmd_name.replace("-", "_")
        try:
            found = module(huiying.commands, f"{name}_" if iskeyword(name) else name)
        except KeyError:
            return None
        command: click.Command = found.command
        return command


@click.group(
    cls=Commands,
    help="回应台：把公开的决定、群众的反应、限时的回应放在一张值班台上。\n\n退出码：0 完成，1 被拒绝或没有成功，2 输入有误。",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--settings", "settings_file", type=click.Path(path_type=Path), metavar="文件", help="设置文件（默认 huiying.yaml）"
)
@click.pass_context
def cli(ctx: click.Context, settings_file: Path | None) -> None:
    """Keep what every sub-command needs."""
    ctx.obj = Invocation(settings_file, dict(os.environ))


def run(args: Sequence[str]) -> int:
    """Carry out one command line and return its exit code; mistakes are one Chinese line on stderr."""
    try:
        result: Any = cli.main(args=list(args), prog_name="huiying", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "")
        return 0
    except click.ClickException as error:
        click.echo(f"错误：{fault(error)}", err=True)
        if isinstance(error, click.UsageError) and error.ctx is not None:
            click.echo(f"用 {error.ctx.command_path} --help 查看说明", err=True)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("已中止", err=True)
        return 1
    return result if isinstance(result, int) else 0


def main() -> None:
    """Entry point of the installed command."""
    on_one_core(os.environ)
    the_same_everywhere(os.environ)
    sys.exit(run(sys.argv[1:]))


__all__ = ["BadInput", "ChineseCommand", "ChineseGroup", "Failed", "Invocation", "cli", "main", "pass_settings", "run"]

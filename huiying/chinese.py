"""Says in Chinese what click says in English: headings of the help pages and mistakes on the command line."""

from __future__ import annotations

import re
from typing import Any

import click
from click.exceptions import NoSuchCommand

FAULTS: tuple[tuple[str, str], ...] = (
    (r"Got unexpected extra arguments? \((?P<args>.*)\)", "多余的参数：{args}"),
    (r"(?:File|Path|Directory) '(?P<path>.*)' does not exist\.", "没有这个文件或目录：{path}"),
    (r"File '(?P<path>.*)' is a directory\.", "应是文件，但 {path} 是目录"),
    (r"Directory '(?P<path>.*)' is a file\.", "应是目录，但 {path} 是文件"),
    (r"\w+ '(?P<path>.*)' is not readable\.", "没有读取权限：{path}"),
    (r"\w+ '(?P<path>.*)' is not writable\.", "没有写入权限：{path}"),
    (r"'(?P<value>.*)' is not a valid integer(?: range)?\.", "“{value}”不是整数"),
    (r"'(?P<value>.*)' is not a valid float(?: range)?\.", "“{value}”不是数字"),
    (r"(?P<value>\S+) is not in the range (?P<range>.*)\.", "{value} 不在允许的范围内（{range}）"),
    (r"'(?P<value>.*)' is not one of (?P<choices>.*)\.", "没有“{value}”这个选择，可用：{choices}"),
    (r"Option '(?P<name>.*)' requires an argument\.", "选项 {name} 后面要写一个值"),
    (r"Option '(?P<name>.*)' requires (?P<n>\d+) arguments\.", "选项 {name} 后面要写 {n} 个值"),
    (r"Option '(?P<name>.*)' does not take a value\.", "选项 {name} 后面不带值"),
    (r"Missing command\.", "请写明要执行的命令"),
)


def fault(error: click.ClickException) -> str:
    """One Chinese line that says what is wrong on the command line."""
    if isinstance(error, NoSuchCommand):
        return f"没有“{error.command_name}”这个命令{_like(error.possibilities)}"
    if isinstance(error, click.NoSuchOption):
        return f"没有 {error.option_name} 这个选项{_like(error.possibilities)}"
    if isinstance(error, click.MissingParameter):
        return f"缺少{_named(error.param)}"
    message = _translated(error.message)
    if isinstance(error, click.BadParameter):
        return f"{_named(error.param)}：{message}"
    return message


def _like(possibilities: Any) -> str:
    return f"，是不是 {'、'.join(sorted(possibilities))}？" if possibilities else ""


def _named(parameter: click.Parameter | None) -> str:
    if isinstance(parameter, click.Option):
        return f"选项 {parameter.opts[-1]}"
    return f"参数 {parameter.human_readable_name}" if parameter is not None else "参数"


def _translated(message: str) -> str:
    for pattern, chinese in FAULTS:
        found = re.fullmatch(pattern, message)
        if found:
            return chinese.format(**found.groupdict())
    return message


def _explained(text: str) -> str:
    """An option's help with what click adds in brackets put into Chinese."""
    text, bracket, added = text.rpartition("  [")
    if not bracket:
        return added
    notes = added.removesuffix("]").split("; ")
    said = [
        note.replace("required", "必填").replace("default: ", "默认 ").replace("env var: ", "环境变量 ")
        for note in notes
    ]
    return f"{text}（{'；'.join(said)}）"


class ChineseFormatter(click.HelpFormatter):
    """Writes headings with a Chinese colon."""

    def write_heading(self, heading: str) -> None:
        """Write one heading."""
        self.write(f"{'':>{self.current_indent}}{heading}：\n")


class ChineseContext(click.Context):
    """A context whose help pages are written by ChineseFormatter."""

    formatter_class = ChineseFormatter


class ChineseCommand(click.Command):
    """A command whose help page is Chinese throughout."""

    context_class = ChineseContext

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the line that begins with 用法."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="用法：")

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """The words of the usage line after the command's name."""
        pieces = super().collect_usage_pieces(ctx)
        return ["[选项]" if piece == "[OPTIONS]" else piece for piece in pieces]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the section 选项."""
        options = [parameter for parameter in self.get_params(ctx) if isinstance(parameter, click.Option)]
        rows = [(row[0], _explained(row[1])) for row in (option.get_help_record(ctx) for option in options) if row]
        if rows:
            with formatter.section("选项"):
                formatter.write_dl(rows)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option --help, explained in Chinese."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示本说明"
        return option


class ChineseGroup(ChineseCommand, click.Group):
    """A group of commands whose help page is Chinese throughout."""

    command_class = ChineseCommand

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """The words of the usage line after the group's name."""
        return ["[选项]", "命令", "[参数]…"]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections 选项 and 命令."""
        ChineseCommand.format_options(self, ctx, formatter)
        rows = [
            (name, found.get_short_help_str(200))
            for name in self.list_commands(ctx)
            if (found := self.get_command(ctx, name))
        ]
        if rows:
            with formatter.section("命令"):
                formatter.write_dl(rows)

"""`huiying init`: a settings file and a sources file to start from, and nothing else."""

from __future__ import annotations

from pathlib import Path

import click

from crawlers.sources import EXAMPLE
from huiying.chinese import ChineseCommand
from huiying.cli import BadInput, Failed
from huiying.settings import DEFAULT_FILE
from huiying.settings_text import starting_file
from records.os_errors import reason


@click.command(cls=ChineseCommand, help="在目录里生成带注释的设置文件和采集源文件；不含样例数据，不覆盖已有文件。")
@click.argument("directory", metavar="目录", type=click.Path(path_type=Path))
def command(directory: Path) -> None:
    """Write both files."""
    texts = {DEFAULT_FILE: starting_file("data"), "sources.yaml": EXAMPLE.read_text(encoding="utf-8")}
    there = [name for name in texts if (directory / name).exists()]
    if there:
        raise Failed(f"{directory} 里已有 {'、'.join(there)}：没有改动任何文件")
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (directory / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"写不进 {directory}：{reason(error)}") from None
    click.echo(f"已生成 {directory / DEFAULT_FILE} 和 {directory / 'sources.yaml'}")
    click.echo(f"改好之后：cd {directory} && huiying doctor && huiying up")

"""`huiying version`: which version this is."""

from __future__ import annotations

from importlib.metadata import version

import click

from huiying.chinese import ChineseCommand


@click.command(cls=ChineseCommand, help="显示版本号。")
def command() -> None:
    """Print the version."""
    click.echo(f"回应台 {version('huiying')}")

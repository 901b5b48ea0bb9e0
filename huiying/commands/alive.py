"""`huiying alive`: whether one kind of process lives on this machine, for whoever starts dead ones again."""

from __future__ import annotations

import socket
from pathlib import Path

import click

from huiying.alive import DESK, answers, lives
from huiying.chinese import ChineseCommand
from huiying.cli import BadInput, Failed, pass_settings
from huiying.clock import SystemClock
from huiying.settings import BadSettings, Settings
from records.messages import Heartbeat
from records.worker_names import KINDS, worker_name
from regulation.oversight import oversight_rules
from regulation.rule_rows import BadRules


@click.command(
    cls=ChineseCommand,
    help="这台机器（这个容器）上的一种进程是否在动，供容器的健康检查反复调用；没有动静时退出码为 1。整个回应台请用 doctor --watch。",
)
@click.argument("kind", metavar="种类", type=click.Choice(KINDS))
@pass_settings
def command(settings: Settings, kind: str) -> None:
    """Say so, or end with 1."""
    if not (answers(settings) if kind == DESK else _lives(settings, kind)):
        raise Failed(f"{worker_name(kind)}进程没有动静：请看它的日志")
    click.echo(f"{worker_name(kind)}进程在动")


def _lives(settings: Settings, kind: str) -> bool:
    try:
        rules = oversight_rules(settings.rules.oversight)
    except BadRules as error:
        raise BadInput(str(error)) from None
    return lives(kind, socket.gethostname(), _beats(settings), SystemClock().now(), rules)


def _beats(settings: Settings) -> list[Heartbeat]:
    # Imported here: asked of the web server, which has its own answer, this command ends three times as fast without.
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import DBAPIError

    from storage.store import Store

    try:
        url = make_url(settings.database_url)
    except BadSettings as error:
        raise BadInput(str(error)) from None
    if url.drivername == "sqlite" and not Path(url.database or "").exists():
        return []  # Asking makes none.
    store = Store(settings.database_url)
    try:
        with store.reading() as t:
            return t.clock.heartbeats()
    except DBAPIError as error:
        raise Failed(f"连不上数据库（{type(error.orig).__name__}）：看不出进程是否在动") from None
    finally:
        store.close()

"""`huiying sources`: the places that are read: list, check, add, enable, disable, remove, export, key."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import click
import yaml
from sqlalchemy.exc import DBAPIError

from crawlers.reading import Via
from crawlers.sources import BadSources, Source, rows_in, sources_from
from huiying import push_keys
from huiying.chinese import ChineseGroup
from huiying.cli import BadInput, Failed, pass_settings
from huiying.clock import SystemClock
from huiying.console import desk_at_console
from huiying.preview_text import one_line, preview_lines
from huiying.settings import Settings
from huiying.wiring import Desk, crawl_settings
from pipeline.accounts import CONSOLE
from pipeline.acts import Actor
from pipeline.preview import preview
from pipeline.source_acts import Change, Managing, disable_source, enable_source, remove_source, save_source
from pipeline.sources import Listed, SourceList
from records.os_errors import reason
from records.secret_files import UnusableSecret

_ALL = "all"
_INPUT = "-"
_SOON = "正在运行的回应台几秒内按此采集，不用重启"


@click.group(cls=ChineseGroup, help="采集源：列出，试采，添加，启用，停用，移除，导出，推送密钥。")
def command() -> None:
    """Only holds the sub-commands."""


@command.command("list", help="列出全部采集源：采集源文件里的，和在值班台添加或改过的。")
@pass_settings
def show(settings: Settings) -> None:
    """List the sources."""
    listed = _sources(settings)
    for one in listed.listed:
        click.echo(_shown(one))
    for one in listed.listed:
        for fault in one.faults:
            click.echo(f"注意：采集源“{one.id}”{fault}", err=True)
    if listed.faults:
        raise BadInput("\n".join(listed.faults))


@command.command("check", help="试采一次：显示将入库什么、丢弃了什么、为什么。不写入数据库。")
@click.argument("row", metavar="编号|all|文件.yaml|-")
@click.option(
    "--pages", type=click.IntRange(1, 200), default=20, metavar="页数", help="每个采集源最多读几页（默认 20）"
)
@click.option("--posts", type=click.IntRange(0), default=10, metavar="条数", help="每个采集源显示几条（默认 10）")
@pass_settings
def check(settings: Settings, row: str, pages: int, posts: int) -> None:
    """Read sources once, of the desk or of a file that is no part of it yet, and show what came of it."""
    found = _typed(row) if _is_file(row) else _chosen(_usable(settings), row)
    chosen = [source for source in found if source.via is not Via.PUSH]
    if not chosen:
        raise BadInput("推送源不能试采：它的帖子由对方推送过来")
    previews = preview(
        chosen,
        crawl_settings(settings),
        SystemClock().now,
        pages,
        queries=partial(_queries, settings),
        retention=timedelta(days=settings.retention.days),
    )
    for read in previews:
        for line in preview_lines(read, posts):
            click.echo(line)
    unread = [read.source.id for read in previews if not read.outcome.answered]
    if unread:
        raise Failed(f"没有读成：{'、'.join(unread)}")


@command.command(
    "add", help="添加采集源：核对后存入数据库，不改采集源文件。文件里可以是一个，也可以是一列；- 为从标准输入读。"
)
@click.argument("file", metavar="文件.yaml|-")
@click.option("--replace", is_flag=True, help="编号已有的，改成这样")
@pass_settings
def add(settings: Settings, file: str, replace: bool) -> None:
    """Save rows into the store."""
    sources = _typed(file)
    with _managing(settings) as deps:
        for source in sources:
            standing = deps.sources.current().find(source.id)
            save_source(deps, source.row, _change(standing if replace else None))
            click.echo(f"已保存 {source.id}（{source.name}）{'' if source.enabled else '，停用'}")
    click.echo(_SOON)


@command.command("enable", help="启用一个采集源。")
@click.argument("row", metavar="编号")
@pass_settings
def enable(settings: Settings, row: str) -> None:
    """Read a source again."""
    _act(settings, row, enable_source, "已启用")


@command.command("disable", help="停用一个采集源：不再采集，已入库的帖文保留。")
@click.argument("row", metavar="编号")
@pass_settings
def disable(settings: Settings, row: str) -> None:
    """Read a source no more."""
    _act(settings, row, disable_source, "已停用")


@command.command("remove", help="移除在值班台添加的采集源；采集源文件里有的，恢复成文件里的写法。")
@click.argument("row", metavar="编号")
@pass_settings
def remove(settings: Settings, row: str) -> None:
    """Take away what was added or changed."""
    _act(settings, row, remove_source, "已移除（原来的写法留在操作日志里）")


@command.command("export", help="把现在全部采集源写成采集源文件的格式，输出到标准输出。")
@pass_settings
def export(settings: Settings) -> None:
    """Print every row as a sources file."""
    rows = [dict(one.row) for one in _usable(settings).listed]
    click.echo(yaml.safe_dump({"sources": rows}, allow_unicode=True, sort_keys=False, width=120), nl=False)


@command.command("key", help="给推送源（inbound）生成密钥，只显示这一次；原有的一把仍可用，直到 --drop-older。")
@click.argument("row", metavar="编号")
@click.option("--drop-older", is_flag=True, help="不生成新的，只让最新一把有效")
@pass_settings
def key(settings: Settings, row: str, drop_older: bool) -> None:
    """Make a key for a pushed source and show it once, or end the older one."""
    (source,) = _chosen(_usable(settings), row) if row != _ALL else (None,)
    if source is None or source.via is not Via.PUSH:
        raise BadInput(f"“{row}”不是推送源：只有 kind 为 inbound 的采集源有密钥")
    try:
        if drop_older:
            gone = push_keys.drop_older(settings.push_keys_dir, row)
            click.echo(f"已作废旧密钥 {gone} 把")
            return
        secret = push_keys.new_key(settings.push_keys_dir, row)
    except UnusableSecret as error:
        raise Failed(str(error)) from None
    click.echo(secret)
    click.echo(f"这是“{source.name}”的推送密钥，只显示这一次，请交给推送方妥善保管。", err=True)
    click.echo(f"推送到：{settings.public_url}/inbound/{row}；签名方法见 docs/adding/inbound.md。", err=True)


# What there is


def _sources(settings: Settings) -> SourceList:
    desk = Desk(settings, SystemClock())
    try:
        return desk.sources_so_far()
    except DBAPIError as error:
        raise Failed(f"连不上数据库（{type(error.orig).__name__}）：请检查 database.url，并确认数据库已启动") from None
    finally:
        desk.close()


def _usable(settings: Settings) -> SourceList:
    """The sources, where the sources file itself is in order. Raises BadInput."""
    listed = _sources(settings)
    if listed.faults:
        raise BadInput("\n".join(listed.faults))
    return listed


def _chosen(listed: SourceList, row: str) -> Sequence[Source]:
    if row == _ALL:
        if not listed.sources:
            raise BadInput("没有启用的采集源；要试采停用的，请写它的编号")
        return listed.sources
    found = listed.find(row)
    if found is None:
        raise BadInput(f"没有“{row}”这个采集源：有 {'、'.join(one.id for one in listed.listed) or '（空）'}")
    if found.source is None:
        raise BadInput("\n".join(f"采集源“{row}”{fault}" for fault in found.faults))
    return [found.source]


def _shown(one: Listed) -> str:
    state = "有误" if one.source is None else "启用" if one.source.enabled else "停用"
    channel = one.source.channel.label if one.source is not None else "—"
    place = one.source.url if one.source is not None else ""
    parts = [one.id, one_line(one.name), str(one.row.get("kind") or "—"), channel, state, one.origin.label, place]
    return "  ".join(part for part in parts if part)


def _queries(settings: Settings, sources: Sequence[Source]) -> Mapping[str, Sequence[str]]:
    # The store is opened for search sources alone: the others are read without knowing any record.
    if not any(source.kind == "search" for source in sources):
        return {}
    with desk_at_console(settings) as desk:
        return desk.queries_to_show(sources)


# What is handed over


def _is_file(row: str) -> bool:
    """Whether it names a file rather than a source: no id holds a dot or a slash."""
    return row == _INPUT or not set(row).isdisjoint("./\\")


def _typed(file: str) -> Sequence[Source]:
    """The sources in a file, or in what is typed. Raises BadInput."""
    name = "标准输入" if file == _INPUT else file
    try:
        raw = sys.stdin.buffer.read() if file == _INPUT else Path(file).read_bytes()
        rows = rows_in(raw.decode("utf-8-sig"), name)
        return sources_from({"sources": rows}, name)
    except UnicodeDecodeError:
        raise BadInput(f"{name}：不是 UTF-8 文字") from None
    except OSError as error:
        raise BadInput(f"读不了 {file}：{reason(error)}") from None
    except BadSources as error:
        raise BadInput(str(error)) from None


# What is done


def _act(settings: Settings, row: str, do: Callable[[Managing, str, Change], None], said: str) -> None:
    with _managing(settings) as deps:
        do(deps, row, _change(deps.sources.current().find(row)))
    click.echo(f"{said}：{row}。{_SOON}")


def _change(standing: Listed | None) -> Change:
    revision = None if standing is None else standing.revision
    return Change(Actor(CONSOLE, None), SystemClock().now(), revision)


@contextmanager
def _managing(settings: Settings) -> Iterator[Managing]:
    with desk_at_console(settings) as desk:
        yield desk.managing()

"""`huiying sources`: the places that are read: list, check, key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import click

from crawlers.outcomes import FLAGS
from crawlers.reading import Via
from crawlers.sources import BadSources, Source, load_sources
from huiying import push_keys
from huiying.chinese import ChineseGroup
from huiying.cli import BadInput, Failed, pass_settings
from huiying.clock import SystemClock, shown
from huiying.settings import Settings
from huiying.wiring import crawl_settings, open_desk
from pipeline.preview import Preview, preview
from records.posts import Post

_ALL = "all"
_EXCERPT = 80


@click.group(cls=ChineseGroup, help="采集源：列出，试采。")
def command() -> None:
    """Only holds the sub-commands."""


@command.command("list", help="列出采集源文件里的采集源。")
@pass_settings
def show(settings: Settings) -> None:
    """List the sources."""
    for source in _sources(settings):
        state = "启用" if source.enabled else "停用"
        click.echo(f"{source.id}  {source.name}  {source.kind}  {source.channel.label}  {state}  {source.url}")


@command.command("check", help="试采一次：显示将入库什么、丢弃了什么、为什么。不写入数据库。")
@click.argument("row", metavar="编号|all")
@click.option(
    "--pages", type=click.IntRange(1, 200), default=20, metavar="页数", help="每个采集源最多读几页（默认 20）"
)
@click.option("--posts", type=click.IntRange(0), default=10, metavar="条数", help="每个采集源显示几条（默认 10）")
@pass_settings
def check(settings: Settings, row: str, pages: int, posts: int) -> None:
    """Read one source, or all that are enabled, once, and show what came of it."""
    chosen = [source for source in _chosen(_sources(settings), row) if source.via is not Via.PUSH]
    if not chosen:
        raise BadInput("推送源不能试采：它的帖子由对方推送过来")
    previews = preview(chosen, crawl_settings(settings), SystemClock().now, pages, queries=partial(_queries, settings))
    for read in previews:
        _print(read, posts)
    unread = [read.source.id for read in previews if not read.outcome.answered]
    if unread:
        raise Failed(f"没有读成：{'、'.join(unread)}")


@command.command("key", help="给推送源（inbound）生成密钥，只显示这一次；原有的一把仍可用，直到 --drop-older。")
@click.argument("row", metavar="编号")
@click.option("--drop-older", is_flag=True, help="不生成新的，只让最新一把有效")
@pass_settings
def key(settings: Settings, row: str, drop_older: bool) -> None:
    """Make a key for a pushed source and show it once, or end the older one."""
    (source,) = _chosen(_sources(settings), row) if row != _ALL else (None,)
    if source is None or source.via is not Via.PUSH:
        raise BadInput(f"“{row}”不是推送源：只有 kind 为 inbound 的采集源有密钥")
    try:
        if drop_older:
            gone = push_keys.drop_older(settings.push_keys_dir, row)
            click.echo(f"已作废旧密钥 {gone} 把")
            return
        secret = push_keys.new_key(settings.push_keys_dir, row)
    except push_keys.UnusableKeys as error:
        raise Failed(str(error)) from None
    click.echo(secret)
    click.echo(f"这是“{source.name}”的推送密钥，只显示这一次，请交给推送方妥善保管。", err=True)
    click.echo(f"推送到：{settings.public_url}/inbound/{row}；签名方法见 docs/adding/inbound.md。", err=True)


def _queries(settings: Settings, sources: Sequence[Source]) -> Mapping[str, Sequence[str]]:
    # The store is opened for search sources alone: the others are read without knowing any record.
    if not any(source.kind == "search" for source in sources):
        return {}
    desk = open_desk(settings, SystemClock())
    try:
        return desk.queries_to_show(sources)
    finally:
        desk.close()


def _sources(settings: Settings) -> Sequence[Source]:
    try:
        return load_sources(settings.sources_file)
    except BadSources as error:
        raise BadInput(str(error)) from None


def _chosen(sources: Sequence[Source], row: str) -> list[Source]:
    if row == _ALL:
        chosen = [source for source in sources if source.enabled]
        if not chosen:
            raise BadInput("没有启用的采集源；要试采停用的，请写它的编号")
        return chosen
    chosen = [source for source in sources if source.id == row]
    if not chosen:
        raise BadInput(f"没有“{row}”这个采集源：有 {'、'.join(source.id for source in sources) or '（空）'}")
    return chosen


def _print(read: Preview, posts: int) -> None:
    click.echo(f"【{read.source.name}】{read.source.id} · {read.source.kind} · {read.source.url}")
    click.echo(f"  结果：{read.outcome.label}；读到 {read.pages} 页，将入库 {len(read.posts)} 条")
    if read.detail:
        click.echo(f"  说明：{read.detail}")
    for number, post in enumerate(read.posts[:posts], start=1):
        click.echo(f"  {number}. {_headline(post)}")
        click.echo(f"     {_line(post.text)}")
    if len(read.posts) > posts:
        click.echo(f"  ……另有 {len(read.posts) - posts} 条")
    for reason, number in read.dropped.most_common():
        click.echo(f"  丢弃 {number} 条：{reason}")
    for flag, number in read.flags.items():
        click.echo(f"  注意 {number} 条：{FLAGS.get(flag, flag)}")


def _headline(post: Post) -> str:
    counts = post.reactions
    named = (("评论", counts.comments), ("转发", counts.reposts), ("点赞", counts.likes), ("浏览", counts.views))
    parts = [
        shown(post.published_at),
        post.channel.label,
        *(f"{name} {number}" for name, number in named if number is not None),
        "回复" if post.in_reply_to else "",
        _line(post.title or ""),
        post.url or "",
    ]
    return "  ".join(part for part in parts if part)


def _line(text: str) -> str:
    """One line for a terminal: no line breaks, nothing that a terminal would obey."""
    line = "".join(character if character.isprintable() else " " for character in " ".join(text.split()))
    return line if len(line) <= _EXCERPT else f"{line[:_EXCERPT]}……"

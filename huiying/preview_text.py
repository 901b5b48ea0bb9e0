"""Writes what a preview of a source came to as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from crawlers.outcomes import FLAGS
from huiying.clock import shown
from pipeline.preview import Preview
from records.posts import Post

_EXCERPT = 80


def preview_lines(read: Preview, posts: int) -> Iterator[str]:
    """The lines about one source, with at most so many of its posts."""
    yield f"【{read.source.name}】{read.source.id} · {read.source.kind} · {read.source.url}"
    yield f"  结果：{read.outcome.label}；读到 {read.pages} 页，将入库 {len(read.posts)} 条"
    if read.detail:
        yield f"  说明：{one_line(read.detail, 200)}"
    for number, post in enumerate(read.posts[:posts], start=1):
        yield f"  {number}. {_headline(post)}"
        yield f"     {one_line(post.text)}"
    if len(read.posts) > posts:
        yield f"  ……另有 {len(read.posts) - posts} 条"
    for reason, number in read.dropped.most_common():
        yield f"  丢弃 {number} 条：{one_line(reason)}"
    for flag, number in read.flags.items():
        yield f"  注意 {number} 条：{FLAGS.get(flag, flag)}"


def _headline(post: Post) -> str:
    counts = post.reactions
    named = (("评论", counts.comments), ("转发", counts.reposts), ("点赞", counts.likes), ("浏览", counts.views))
    parts = [
        shown(post.published_at),
        post.channel.label,
        *(f"{name} {number}" for name, number in named if number is not None),
        "回复" if post.in_reply_to else "",
        one_line(post.title or ""),
        post.url or "",
    ]
    return "  ".join(part for part in parts if part)


def one_line(text: str, longest: int = _EXCERPT) -> str:
    """One line for a terminal: no line breaks, nothing that a terminal would obey."""
    line = "".join(character if character.isprintable() else " " for character in " ".join(text.split()))
    return line if len(line) <= longest else f"{line[:longest]}……"

"""The forum: boards, thread lists, threads with pages of replies; GBK bytes whose header names no charset."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import quote

from samples.town.dates import forum_date
from samples.town.moment import Moment
from samples.town.pages.answers import Answer, forbidden_page, html_page, not_found, page_of, paragraphs, robots
from samples.town.reading import Item

_BOARD = re.compile(r"/forum-(\w+)-(\d+)\.html")
_THREAD = re.compile(r"/thread-(\w+)-(\d+)\.html")
_QUOTED = 24
"""How many characters of the answered post a quotation shows."""


def answer(moment: Moment, path: str, query: Mapping[str, str]) -> Answer:
    """The page at `path`."""
    if path == "/robots.txt":
        return robots("/space/", "/neibu/")
    if path.startswith(("/space/", "/neibu/")):
        return forbidden_page("gbk")
    if path in ("/", "/index.html"):
        return _boards(moment)
    if found := _BOARD.fullmatch(path):
        return _board(moment, found[1], int(found[2]))
    if found := _THREAD.fullmatch(path):
        return _thread(moment, found[1], int(found[2]))
    return not_found()


def _page(title: str, body: str) -> Answer:
    return html_page(title, body, charset="gbk", header_says_charset=False)


def _boards(moment: Moment) -> Answer:
    lines = "".join(
        f'<li><a class="board" href="/forum-{board}-1.html">{escape(name)}</a></li>'
        for board, name in moment.texts.boards.items()
    )
    return _page(moment.texts.names["forum"], f'<ul class="boards">{lines}</ul>')


def _board(moment: Moment, board: str, page: int) -> Answer:
    if board not in moment.texts.boards:
        return not_found()
    threads = [thread for thread in moment.of("thread") if thread.board == board]
    threads.sort(key=lambda thread: moment.when(_last(moment, thread)), reverse=True)
    cut = page_of(threads, page, moment.texts.page_size["forum_threads"])
    if cut is None:
        return not_found()
    shown, pages = cut
    body = "".join(_thread_line(moment, thread) for thread in shown)
    name = moment.texts.boards[board]
    return _page(
        name, f'<h1>{escape(name)}</h1><ul class="threads">{body}</ul>{_pager(f"/forum-{board}", page, pages)}'
    )


def _last(moment: Moment, thread: Item) -> Item:
    return max([thread, *moment.below(thread)], key=lambda item: item.at)


def _thread_line(moment: Moment, thread: Item) -> str:
    return (
        f'<li class="thread" id="thread_{thread.id}"><a class="subject" href="/thread-{thread.id}-1.html">'
        f'{escape(thread.title or "")}</a><cite class="by">{_person(moment, thread)}</cite>'
        f'<span class="counts">{len(moment.below(thread))} / {_views(moment, thread)}</span>'
        f'<em class="last">最后回复 {forum_date(moment.when(_last(moment, thread)), moment.now)}</em></li>'
    )


def _views(moment: Moment, thread: Item) -> int:
    return moment.grown(thread, thread.views)


def _person(moment: Moment, item: Item) -> str:
    name = moment.nickname(item)
    return f'<a class="author" href="/space/{quote(name)}.html">{escape(name)}</a>'


def _thread(moment: Moment, thread_id: str, page: int) -> Answer:
    thread = moment.one("thread", thread_id)
    if thread is None:
        return not_found()
    posts = [thread, *moment.below(thread)]
    cut = page_of(posts, page, moment.texts.page_size["forum_posts"])
    if cut is None:
        return not_found()
    shown, pages = cut
    head = (
        f'<h1 class="subject">{escape(thread.title or "")}</h1><div class="counts">查看 <b class="views">'
        f'{_views(moment, thread)}</b> 回复 <b class="replies">{len(posts) - 1}</b></div>'
    )
    return _page(thread.title or "", head + _posts(moment, posts, shown) + _pager(f"/thread-{thread.id}", page, pages))


def _posts(moment: Moment, all_posts: Sequence[Item], shown: Sequence[Item]) -> str:
    floors = {post.id: floor for floor, post in enumerate(all_posts, start=1)}
    return "".join(_post(moment, post, floors) for post in shown)


def _post(moment: Moment, post: Item, floors: Mapping[str, int]) -> str:
    answered = moment.texts.by_id.get(post.reply_to or "")
    quoted = "" if answered is None else _quotation(moment, answered)
    reply_to = f' data-reply-to="{answered.id}"' if answered is not None else ""
    return (
        f'<div class="post" id="pid_{post.id}" data-pid="{post.id}"{reply_to}>'
        f'<div class="side">{_person(moment, post)}<span class="ip">来自{escape(moment.place(post))}</span></div>'
        f'<div class="info"><em class="date">发表于 {forum_date(moment.when(post), moment.now)}</em> '
        f'<a class="floor" href="#pid_{post.id}">{floors[post.id]}#</a></div>'
        f'{quoted}<div class="message">{paragraphs(post.text)}</div>'
        f'<div class="feet">赞 <span class="likes">{moment.grown(post, post.likes)}</span></div></div>\n'
    )


def _quotation(moment: Moment, answered: Item) -> str:
    cut = answered.text.replace("\n", " ")[:_QUOTED]
    return f'<blockquote class="quote">{_person(moment, answered)} 的发言：{escape(cut)}…</blockquote>'


def _pager(stem: str, page: int, pages: int) -> str:
    links = "".join(
        f'<a class="page" href="{stem}-{number}.html">{number}</a>' for number in range(1, pages + 1) if number != page
    )
    following = f'<a class="next" href="{stem}-{page + 1}.html">下一页</a>' if page < pages else ""
    return f'<div class="pg">{links}{following}</div>'

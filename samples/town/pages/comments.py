"""The comment service: topics and their comments as JSON, newest first, in pages."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from samples.town.dates import iso_date
from samples.town.moment import Moment
from samples.town.pages.answers import Answer, forbidden_page, html_page, json_page, not_found, page_of, robots
from samples.town.reading import Item


def answer(moment: Moment, path: str, query: Mapping[str, str]) -> Answer:
    """The page at `path`."""
    if path == "/robots.txt":
        return robots("/api/users/", "/neibu/")
    if path.startswith(("/api/users/", "/neibu/")):
        return forbidden_page()
    if path == "/":
        return _home(moment)
    if path.startswith("/t/"):
        return _topic(moment, path.removeprefix("/t/"))
    if path == "/api/topics":
        return json_page({"code": 0, "data": [{"id": key, "title": title} for key, title in _topics(moment).items()]})
    if path == "/api/comments":
        return _comments(moment, query)
    return not_found()


def _topics(moment: Moment) -> dict[str, str]:
    """Topics under which somebody has spoken by now."""
    alive = {item.group for item in moment.of("word")}
    return {key: title for key, title in moment.texts.topics.items() if key in alive}


def _home(moment: Moment) -> Answer:
    lines = "".join(f'<li><a href="/t/{key}">{escape(t)}</a></li>' for key, t in _topics(moment).items())
    return html_page(moment.texts.names["comments"], f'<ul class="topics">{lines}</ul>')


def _topic(moment: Moment, topic: str) -> Answer:
    """The page for people."""
    title = _topics(moment).get(topic)
    if title is None:
        return not_found()
    lines = "".join(
        f'<li id="{item.id}"><b>{escape(moment.nickname(item))}</b> <i>来自{escape(moment.place(item))}</i> '
        f"<p>{escape(item.text)}</p><small>赞 {moment.grown(item, item.likes)}</small></li>\n"
        for item in moment.of("word")
        if item.group == topic
    )
    return html_page(title, f'<h1>{escape(title)}</h1><ul class="comments">{lines}</ul>')


def _comments(moment: Moment, query: Mapping[str, str]) -> Answer:
    """All comments, or those of one `topic`; `page` counts from 1. A page that is not there has an empty list."""
    asked = query.get("page", "1")
    if not asked.isascii() or not asked.isdigit():
        return json_page({"code": 400, "message": "page 应为正整数", "data": None})
    topic = query.get("topic")
    newest = [item for item in reversed(moment.of("word")) if topic in (None, item.group)]
    size = moment.texts.page_size["comments"]
    shown, pages = page_of(newest, int(asked), size) or ([], max(1, -(-len(newest) // size)))
    return json_page(
        {
            "code": 0,
            "banner": "示例数据",
            "data": {
                "page": int(asked),
                "pages": pages,
                "total": len(newest),
                "list": [_comment(moment, item) for item in shown],
            },
        }
    )


def _comment(moment: Moment, item: Item) -> dict[str, Any]:
    answers = sum(1 for other in moment.of("word") if _answered(moment, other) == item.id)
    return {
        "id": item.id,
        "topic": {"id": item.group, "title": moment.texts.topics[item.group]},
        "content": item.text,
        "created_at": iso_date(moment.when(item)),
        "counts": {
            "likes": moment.grown(item, item.likes),
            "replies": answers,
            "shares": moment.grown(item, item.reposts),
        },
        "reply_to": _answered(moment, item),
        "url": f"http://127.0.0.1:{moment.ports['comments']}/t/{item.group}#{item.id}",
        "user": {"nick": moment.nickname(item), "ip_location": moment.place(item)},
    }


def _answered(moment: Moment, item: Item) -> str | None:
    """What it says that it answers, else what opened its topic."""
    if item.reply_to is not None or item.number == 1:
        return item.reply_to
    return moment.texts.within(item.group)[0].id

"""The message page takes a message without any server, and the same one only once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from alerts.channels.page import Page
from alerts.delivery import Outgoing

AT = datetime(2026, 4, 10, 7, 40, tzinfo=UTC)


def test_a_message_is_handed_to_the_desk_as_it_is():
    written: list[Outgoing] = []
    page = Page(written.extend, timedelta(seconds=5))
    message = Outgoing("k", "12345678", "住建局", "住建局", "opened", AT, None, "标题", "正文", "/incident?id=1", False)
    page.send(message)
    assert written == [message]
    assert page.idempotent


def test_several_messages_are_handed_over_together():
    together: list[list[Outgoing]] = []
    page = Page(lambda messages: together.append(list(messages)), timedelta(seconds=5))
    messages = [Outgoing(key, "1", "住建局", "住建局", "opened", AT, None, "标题", "正文", None, False) for key in "ab"]
    page.send_several(messages)
    assert together == [messages]

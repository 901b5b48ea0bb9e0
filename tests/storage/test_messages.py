"""The message page keeps each message once and remembers its first reader."""

from __future__ import annotations

from storage.store import Store
from tests.storage.making import HOUR, NOON


def test_a_message_with_the_same_key_is_shown_once(store: Store):
    with store.transaction() as t:
        assert t.messages.add("k1", "住建局", NOON, "标题", "正文", "/incident?id=1")
        assert not t.messages.add("k1", "住建局", NOON + HOUR, "标题", "正文", None)
    with store.reading() as t:
        (message,) = t.messages.of()
    assert (message.at, message.link, message.read_at) == (NOON, "/incident?id=1", None)


def test_messages_are_listed_for_their_recipients_newest_first(store: Store):
    with store.transaction() as t:
        t.messages.add("k1", "住建局", NOON, "一", "正文", None)
        t.messages.add("k2", "office", NOON + HOUR, "二", "正文", None)
        t.messages.add("k3", "住建局", NOON + 2 * HOUR, "三", "正文", None)
    with store.reading() as t:
        assert [message.title for message in t.messages.of()] == ["三", "二", "一"]
        assert [message.title for message in t.messages.of(["住建局"])] == ["三", "一"]
        assert [message.title for message in t.messages.of(limit=1)] == ["三"]
        assert t.messages.of([]) == []


def test_the_first_reader_is_remembered(store: Store):
    with store.transaction() as t:
        t.messages.add("k1", "住建局", NOON, "标题", "正文", None)
        (message,) = t.messages.of()
        assert t.messages.unread_count(["住建局"]) == 1
        assert t.messages.unread_count(["office"]) == 0
        assert t.messages.read(message.id, "李强", NOON + HOUR)
        assert not t.messages.read(message.id, "王芳", NOON + 2 * HOUR)
    with store.reading() as t:
        (message,) = t.messages.of()
        assert (message.read_by, message.read_at) == ("李强", NOON + HOUR)
        assert t.messages.unread_count() == 0
        assert t.messages.of(unread=True) == []

"""What the senders to group chats share: the text of a message, cut where the chat takes no more, and vendors' refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from alerts.delivery import DeliveryFailed, Outgoing
from alerts.message import subject_of, text_of
from alerts.posting import Answer

SENDER = "【回应台】"
"""Begins every message: chats that ask for a key word may be given 回应台."""

JSON_HEADERS = {"Content-Type": "application/json; charset=utf-8"}
_NUMBERING = len("（99/99）".encode())


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a vendor's code means, in Chinese; `permanent` where trying again is useless."""

    meaning: str
    permanent: bool = False


def chat_text(outgoing: Outgoing) -> str:
    """Heading and text in one, for chats without a heading."""
    return f"{SENDER}{subject_of(outgoing)}\n{text_of(outgoing)}"


def pieces(text: str, most: int) -> list[str]:
    """The text in pieces of at most `most` bytes of UTF-8, cut between lines where that is possible, and numbered."""
    if len(text.encode()) <= most:
        return [text]
    room = most - _NUMBERING
    cut: list[str] = [""]
    for line in text.splitlines(keepends=True):
        for part in _short(line, room):
            if len((cut[-1] + part).encode()) > room:
                cut.append("")
            cut[-1] += part
    return [f"{piece.rstrip()}（{number}/{len(cut)}）" for number, piece in enumerate(cut, 1)]


def accept(answer: Answer, key: str, meanings: Mapping[int, Refusal], who: str) -> None:
    """Let an answer pass whose body says 0 under `key`. Raises DeliveryFailed for everything else: HTTP 200 alone is no yes."""
    row = answer.row()
    code = row.get(key)
    if not isinstance(code, int) or isinstance(code, bool):
        raise DeliveryFailed(f"{who}的答复读不懂：不知道是否收下", maybe_delivered=True)
    if code == 0:
        return
    refusal = meanings.get(code, Refusal("原因见其文档"))
    raise DeliveryFailed(f"{who}拒收（{code}）：{refusal.meaning}", permanent=refusal.permanent)


def _short(line: str, room: int) -> list[str]:
    """A line in parts of at most `room` bytes."""
    parts = [""]
    for letter in line:
        if len((parts[-1] + letter).encode()) > room:
            parts.append("")
        parts[-1] += letter
    return parts

"""A statement that somebody heard and nobody has looked into yet (说法待核实), and how it was heard; never by whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from records.answers import Verdict, Verification


class Way(StrEnum):
    """How something reached the desk that no source brought."""

    TELEPHONE = "telephone"
    CHAT_GROUP = "chat_group"
    LEADER = "leader"
    VISIT = "visit"
    OTHER_WAY = "other_way"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {
            "telephone": "电话",
            "chat_group": "群聊",
            "leader": "领导交办",
            "visit": "来信来访",
            "other_way": "其他途径",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement on an incident, masked; written once and never changed.

    `of` is the number of one that this entry ends: by the verification record of the number `verification`, or set aside,
    with the reason in `text`.
    """

    incident: str
    at: datetime
    actor: str
    unit: str | None
    way: Way
    text: str
    of: int | None = None
    verification: int | None = None
    id: int | None = None


def waiting(claims: Sequence[Claim], verifications: Iterable[Verification]) -> list[Claim]:
    """The statements that still have to be verified, oldest first.

    One is settled by a verification record that stands and finds something, or by having been set aside; 暂不能认定 settles
    nothing.
    """
    made = list(verifications)
    back = {one.of for one in made}
    finding = {one.id for one in made if one.id not in back and one.verdict is not Verdict.OPEN}
    ended = {one.of for one in claims if one.verification is None or one.verification in finding}
    return [one for one in claims if one.of is None and one.id not in ended]

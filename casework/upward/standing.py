"""Turns the entries of one incident's upward ledger into where each body stands: asked, decided, sent, received."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from records.deliveries import Delivery, DeliveryState
from records.upward import BY_CHANNEL, Need, Noted, UpwardEntry


class Standing(StrEnum):
    """Where the report to one body stands."""

    TO_SEND = "to_send"
    FAILED = "failed"
    TO_DECIDE = "to_decide"
    SENDING = "sending"
    SENT = "sent"
    RECEIVED = "received"
    NOT_REPORTED = "not_reported"
    NOT_ASKED = "not_asked"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {
            "to_send": "待报",
            "failed": "未送达",
            "to_decide": "视情待定",
            "sending": "发送中",
            "sent": "已报，待回执",
            "received": "已回执",
            "not_reported": "决定不报",
            "not_asked": "未要求",
        }[self.value]

    @property
    def waits_for_somebody(self) -> bool:
        """Whether somebody has to do something now."""
        return self in (Standing.TO_SEND, Standing.FAILED, Standing.TO_DECIDE)


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Something that was sent: the entry, when it is known to have gone out, and the receipt if there is one."""

    entry: UpwardEntry
    went_out_at: datetime | None
    failed: bool
    receipt: UpwardEntry | None


@dataclass(frozen=True, slots=True)
class BodyStanding:
    """Where the report to one body stands. `decision` and `dispatches` are those that hold, `entries` all of them.

    `dispatches` begins with the oldest; those before the last rise of the severity are there too, but it asks anew.
    """

    incident: str
    body: str
    label: str
    standing: Standing
    need: UpwardEntry | None
    decision: UpwardEntry | None
    dispatches: Sequence[Dispatch]
    entries: Sequence[UpwardEntry]


def standings(
    entries: Sequence[UpwardEntry],
    deliveries: Mapping[str, Sequence[Delivery]],
    went_out: Mapping[int, datetime],
) -> list[BodyStanding]:
    """Where each body stands that one incident's `entries` (oldest first) speak of, in the order in which they do.

    `deliveries` are those of the alerts that the entries name; `went_out` says when a delivery was accepted.
    """
    bodies = dict.fromkeys(entry.body for entry in entries)
    return [_body([one for one in entries if one.body == body], deliveries, went_out) for body in bodies]


def _body(
    entries: Sequence[UpwardEntry], deliveries: Mapping[str, Sequence[Delivery]], went_out: Mapping[int, datetime]
) -> BodyStanding:
    void = {one.of for one in entries if one.noted is Noted.VOID}
    holding = [one for one in entries if one.noted is not Noted.VOID and one.id not in void]
    needs = [one for one in holding if one.noted is Noted.NEED]
    receipts = {one.of: one for one in holding if one.noted is Noted.RECEIPT}
    dispatches = [
        _dispatch(one, deliveries.get(one.alert or "", ()), went_out, receipts.get(one.id))
        for one in holding
        if one.noted is Noted.SENT
    ]
    asked = _asked_since(needs)
    decision = next((one for one in reversed(holding) if one.noted is Noted.DECISION and _since(one, asked)), None)
    last = next((one for one in reversed(dispatches) if _since(one.entry, asked)), None)
    need = needs[-1] if needs else None
    return BodyStanding(
        incident=entries[0].incident,
        body=entries[0].body,
        label=entries[-1].label,
        standing=_standing(need, decision, last),
        need=need,
        decision=decision,
        dispatches=dispatches,
        entries=entries,
    )


def _asked_since(needs: Sequence[UpwardEntry]) -> int:
    """The number of the entry by which the last rise asked: what was decided or sent before answers a lower severity."""
    asked, rank = 0, 0
    for one in needs:
        own = one.severity.rank if one.severity is not None else 0
        if own > rank:
            asked = one.id or 0
        rank = own
    return asked


def _since(entry: UpwardEntry, asked: int) -> bool:
    return (entry.id or 0) > asked


def _standing(need: UpwardEntry | None, decision: UpwardEntry | None, last: Dispatch | None) -> Standing:
    if last is not None:
        return _of_dispatch(last)
    must = need is not None and need.need is Need.MUST
    if must or (decision is not None and decision.send):
        return Standing.TO_SEND
    if decision is not None:
        return Standing.NOT_REPORTED
    return Standing.TO_DECIDE if need is not None and need.need is Need.AS_NEEDED else Standing.NOT_ASKED


def _of_dispatch(last: Dispatch) -> Standing:
    if last.receipt is not None:
        return Standing.RECEIVED
    if last.failed:
        return Standing.FAILED
    return Standing.SENDING if last.went_out_at is None else Standing.SENT


def _dispatch(
    entry: UpwardEntry, found: Sequence[Delivery], went_out: Mapping[int, datetime], receipt: UpwardEntry | None
) -> Dispatch:
    if entry.way != BY_CHANNEL:
        return Dispatch(entry, entry.happened_at, False, receipt)
    # A delivery with a note went to somebody in place of the body: that is no proof.
    own = [one for one in found if one.note is None]
    sent = [went_out[one.id] for one in own if one.state is DeliveryState.SENT and one.id in went_out]
    failed = not sent and all(one.state is DeliveryState.FAILED for one in own)
    return Dispatch(entry, min(sent, default=None), failed, receipt)

"""Where a body stands follows from the entries that hold; a rise asks anew, and only the body's own delivery is proof."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from casework.upward.standing import Standing, standings
from records.deliveries import Delivery, DeliveryState
from records.upward import BY_CHANNEL, Need, Noted, UpwardEntry
from records.words import Severity

NOON = datetime(2026, 4, 10, 4, tzinfo=UTC)
MUST = {"noted": Noted.NEED, "need": Need.MUST, "severity": Severity.MAJOR}
AS_NEEDED = {**MUST, "need": Need.AS_NEEDED}
WORSE = {**MUST, "severity": Severity.MAJOR_EMERGENCY}
MILDER = {"noted": Noted.NEED, "need": Need.NONE, "severity": Severity.GENERAL}
YES = {"noted": Noted.DECISION, "send": True, "reason": "涉及面广"}
NO = {"noted": Noted.DECISION, "send": False, "reason": "已平息"}
PHONE = {"noted": Noted.SENT, "way": "phone", "happened_at": NOON}
MAIL = {"noted": Noted.SENT, "way": BY_CHANNEL, "alert": "k"}


def entries(*rows: dict[str, Any]) -> list[UpwardEntry]:
    return [
        UpwardEntry("i", "city", "市委办", at=NOON + n * timedelta(minutes=1), actor="赵", id=n, **row)
        for n, row in enumerate(rows, 1)
    ]


def standing(*rows: dict[str, Any], deliveries: list[Delivery] | None = None) -> Standing:
    (body,) = standings(entries(*rows), {"k": deliveries or []}, {1: NOON, 3: NOON})
    return body.standing


def delivery(number: int, state: DeliveryState, note: str | None = None) -> Delivery:
    return Delivery(number, "k", "email", f"{number}@x", str(number), state, NOON, 1, 1, None, None, None, note)


@pytest.mark.clause("H-43")
@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([MUST], Standing.TO_SEND),
        ([AS_NEEDED], Standing.TO_DECIDE),
        ([AS_NEEDED, NO], Standing.NOT_REPORTED),
        ([AS_NEEDED, YES], Standing.TO_SEND),
        ([AS_NEEDED, NO, YES], Standing.TO_SEND),
        ([AS_NEEDED, PHONE], Standing.SENT),
        ([MUST, PHONE], Standing.SENT),
        ([MUST, PHONE, {"noted": Noted.RECEIPT, "of": 2}], Standing.RECEIVED),
        ([MUST, PHONE, {"noted": Noted.VOID, "of": 2}], Standing.TO_SEND),
        ([MUST, PHONE, {"noted": Noted.RECEIPT, "of": 2}, {"noted": Noted.VOID, "of": 3}], Standing.SENT),
        ([AS_NEEDED, NO, {"noted": Noted.VOID, "of": 2}], Standing.TO_DECIDE),
        ([YES], Standing.TO_SEND),
        ([MILDER], Standing.NOT_ASKED),
    ],
)
def test_what_was_asked_decided_sent_and_taken_back_gives_the_standing(rows: list[dict[str, Any]], expected: Standing):
    assert standing(*rows) is expected


def test_a_rise_asks_anew_and_a_fall_does_not():
    assert standing(MUST, PHONE, WORSE) is Standing.TO_SEND
    assert standing(MUST, PHONE, WORSE, PHONE) is Standing.SENT
    assert standing(WORSE, PHONE, {**AS_NEEDED}) is Standing.SENT
    assert standing(MUST, {**MILDER}) is Standing.NOT_ASKED


@pytest.mark.parametrize(
    ("deliveries", "expected"),
    [
        ([delivery(1, DeliveryState.QUEUED)], Standing.SENDING),
        ([delivery(1, DeliveryState.SENT)], Standing.SENT),
        ([delivery(1, DeliveryState.FAILED)], Standing.FAILED),
        ([delivery(2, DeliveryState.FAILED), delivery(1, DeliveryState.SENT)], Standing.SENT),
        ([delivery(2, DeliveryState.FAILED), delivery(4, DeliveryState.QUEUED)], Standing.SENDING),
        ([delivery(2, DeliveryState.FAILED), delivery(3, DeliveryState.SENT, "代为转告")], Standing.FAILED),
    ],
)
def test_only_what_the_bodys_own_channel_accepted_is_sent(deliveries: list[Delivery], expected: Standing):
    assert standing(MUST, MAIL, deliveries=deliveries) is expected

"""Words about the desk itself: every kind has its own, and a mistake in them is found when they are read."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

import alerts.desk_message as desk_message
from alerts.desk_message import AUDIT_HEAD, CONTACT_TEST, alert_about_desk, desk_templates_from
from alerts.message import BadTemplates

NOON = datetime(2026, 4, 10, 4, 0, tzinfo=UTC)
ROWS: dict[str, Any] = yaml.safe_load(Path(desk_message.__file__).with_name("desk_templates.yaml").read_text("utf-8"))


def test_the_first_line_of_a_head_is_the_head_alone():
    head = f"1024:{'a1' * 32}"
    alert = alert_about_desk(AUDIT_HEAD, "keeper", NOON, "x", {"head": head, "rows": "1024"})
    assert alert.body.partition("\n")[0] == head
    assert (alert.title, alert.urgent, alert.link) == ("操作日志链首（第 1024 行）", False, None)


def test_a_name_in_a_test_message_can_forge_nothing():
    facts = {"by": "王芳\n@all http://x.example", "recipient": "住建局"}
    alert = alert_about_desk(CONTACT_TEST, "住建局", NOON, "x", facts, urgent=True)
    assert [mark in alert.body for mark in ("@all", "http://")] == [False, False]
    assert len(alert.body.splitlines()) == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows.pop("audit_head"), "exactly these kinds"),
        (lambda rows: rows["audit_head"].update(title=" "), "text is expected"),
        (lambda rows: rows["audit_head"].update(lines=["{title}"]), "unknown name title"),
        (lambda rows: rows["contact_test"].pop("lines"), "exactly `title`"),
    ],
)
def test_words_that_lack_or_invent_something_are_refused(change: Any, said: str):
    rows = copy.deepcopy(ROWS)
    change(rows)
    with pytest.raises(BadTemplates, match=said):
        desk_templates_from(rows, "x.yaml")

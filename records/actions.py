"""An action: what a named person does to an incident, on the dashboard or in a replayed scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from records.reading import BadRecord, Row, moment, required_text


class Act(StrEnum):
    """The acts on an incident, as the contracts name them (from `reopen` on, the desk's own)."""

    ACKNOWLEDGE = "acknowledge"
    CONFIRM = "confirm"
    DISMISS = "dismiss"
    START_PLAN = "start_plan"
    CANCEL_PLAN = "cancel_plan"
    FILE_REPORT = "file_report"
    PUBLISH_RESPONSE = "publish_response"
    SET_SEVERITY = "set_severity"
    SET_CATEGORY = "set_category"
    CLOSE = "close"
    REOPEN = "reopen"
    OWED_DONE = "owed_done"
    OWED_VOID = "owed_void"
    HAND_OVER = "hand_over"
    NAME_CO_UNIT = "name_co_unit"
    REMOVE_CO_UNIT = "remove_co_unit"


@dataclass(frozen=True, slots=True)
class Action:
    """One act: `args` names its incident by `disclosure` or `incident`, and holds what the act needs."""

    at: datetime
    actor: str
    act: Act
    args: Mapping[str, Any]


def action_from(row: Row) -> Action:
    """Read one row of actions.jsonl. Raises BadRecord."""
    name = required_text(row, "action")
    if name not in set(Act):
        raise BadRecord(f"没有“{name[:30]}”这个动作：可用 {'、'.join(Act)}")
    args = row.get("args")
    if args is not None and not isinstance(args, dict):
        raise BadRecord("“args”应为对象")
    return Action(
        at=moment(row.get("at"), "at"), actor=required_text(row, "actor"), act=Act(name), args=dict(args or {})
    )

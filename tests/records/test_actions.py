"""An action as a scenario writes it."""

from typing import Any

import pytest

from records.actions import Act, action_from
from records.reading import BadRecord

ROW: dict[str, Any] = {
    "at": "2026-04-10T07:40:00+08:00",
    "actor": "值班员甲",
    "action": "start_plan",
    "args": {"disclosure": "d1"},
}


def test_an_action_is_read_whole() -> None:
    action = action_from(ROW)
    assert (action.act, action.actor, action.args) == (Act.START_PLAN, "值班员甲", {"disclosure": "d1"})


def test_an_action_without_args_has_none() -> None:
    assert action_from({**ROW, "args": None}).args == {}


@pytest.mark.parametrize(
    "changes", [{"action": "delete_post"}, {"actor": ""}, {"at": "2026-04-10T07:40:00"}, {"args": ["d1"]}]
)
def test_a_wrong_action_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BadRecord):
        action_from({**ROW, **changes})

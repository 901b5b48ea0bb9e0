"""When a release is called to mind."""

from __future__ import annotations

from datetime import datetime

import pytest

from records.zone import CHINA
from regulation.releases import release_rules
from regulation.rule_rows import BadRules
from regulation.working_days import WorkingDays


@pytest.mark.clause("E-2(7)4")
@pytest.mark.parametrize(
    ("due", "reminded"),
    [("2026-04-21", "2026-04-20"), ("2026-04-20", "2026-04-17"), ("2026-10-09", "2026-10-08")],
)
def test_a_release_is_called_to_mind_on_the_working_day_before_it(due: str, reminded: str):
    moment = datetime.fromisoformat(f"{due}T10:00").replace(tzinfo=CHINA)
    told = release_rules().reminded(moment, WorkingDays())
    assert told == datetime.fromisoformat(f"{reminded}T09:00").replace(tzinfo=CHINA)


def test_the_settings_may_choose_another_time_of_day():
    moment = datetime(2026, 4, 21, 10, tzinfo=CHINA)
    told = release_rules({"remind_at": "15:30"}).reminded(moment, WorkingDays())
    assert told == datetime(2026, 4, 20, 15, 30, tzinfo=CHINA)
    with pytest.raises(BadRules, match="remind_at"):
        release_rules({"remind_at": "25:00"})

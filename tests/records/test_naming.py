"""The office is called one thing wherever people read: what the settings call it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts.message import addressed, alerts_about
from alerts.roster_file import template
from huiying.clock import SystemClock
from huiying.settings import Organisation, Settings
from huiying.wiring import Desk
from playbooks.engine import Moments, checklist
from playbooks.playbook import Doer, library
from records import naming
from records.alerts import OFFICE
from records.incidents import Incident, IncidentState
from records.words import Level, Role, Rung, Severity
from regulation.upward import upward_rules

NOON = datetime(2026, 4, 10, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _county(tmp_path: Path) -> Iterator[None]:
    """The desk of a county, whose office is no 区委办公室."""
    organisation = Organisation(office_name="县委办公室", report_to=("县委", "县政府"))
    Desk(Settings(data_dir=tmp_path, organisation=organisation), SystemClock())
    yield
    naming.call(naming.DEFAULT)


def test_the_role_the_rung_and_the_doer_are_called_as_the_settings_say():
    assert (Role.OFFICE.label, Rung.OFFICE.label, Doer.OFFICE.label) == ("县委办公室", "县委办公室负责人", "县委办公室")


def test_a_message_calls_the_office_and_those_above_as_the_settings_say():
    incident = Incident("i1", None, "停水", None, None, Severity.MAJOR_EMERGENCY, IncidentState.OPEN, NOON, NOON, 1)
    due = NOON + timedelta(hours=2)
    [alert] = alerts_about("plan_started", incident, None, NOON, "1", [OFFICE], due, {"started": "4月10日 12:00"})
    assert "未定（请县委办公室明确牵头单位）" in alert.body
    assert "向县委、县政府报送首报" in alert.body
    assert addressed(OFFICE, Level.HEAD) == "县委办公室负责人"


def test_a_playbook_and_the_template_of_the_roster_name_the_same_office():
    [book] = [one for one in library() if one.severity is Severity.MAJOR_EMERGENCY and not one.categories]
    steps = [task.do for task in checklist(book, Moments(NOON, NOON), {})]
    assert any("电话报告县委办公室值班领导" in step for step in steps)
    assert "向县委、县政府报送首报" in steps
    assert {row[0] for row in template()[1]} == {"县委办公室"}


def test_whoever_leads_the_office_is_told_upward_under_the_name_of_its_own_committee():
    assert upward_rules().labels[0] == "县委相关领导"
    [book] = [one for one in library() if one.severity is Severity.MAJOR and not one.categories]
    steps = [task.do for task in checklist(book, Moments(NOON, NOON), {})]
    assert "向县委报告" in steps
    assert not any("区委" in step for step in steps)

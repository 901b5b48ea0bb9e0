"""What the pages ask again and again is answered by the index that was made for it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import public_entries
from pipeline.fail_over import unreached
from pipeline.views import still_owed
from records.alerts import OFFICE
from records.people import Person
from records.words import Role
from regulation.procedures import PUBLISH
from regulation.telling import telling
from storage.store import Store
from tests.storage.making import NOON
from tests.storage.plans import plan_of


@pytest.fixture
def store(tmp_path: Path, migrated_file: Path) -> Iterator[Store]:
    """On SQLite, whose plans do not depend on how full the tables are."""
    shutil.copy(migrated_file, tmp_path / "store.db")
    opened = Store(f"sqlite:///{tmp_path / 'store.db'}")
    yield opened
    opened.close()


def test_whether_an_alert_reached_nobody_is_looked_up_by_the_alert_alone(store: Store):
    plan = plan_of(store, lambda t: unreached(t, NOON, telling()))
    sought = [step for step in plan if "outbox" in step]
    assert len(sought) == 4
    assert all("INDEX outbox_by_alert" in step for step in sought)


def test_unread_messages_are_counted_without_looking_at_the_read_ones(store: Store):
    (step,) = plan_of(store, lambda t: t.messages.unread_count([OFFICE]))
    assert "message_unread" in step


def test_ended_incidents_of_which_nothing_is_owed_are_not_looked_at(store: Store):
    someone = Person("w", "王芳", Role.OFFICE)
    plan = plan_of(store, lambda t: still_owed(t, someone, (), ()))
    assert "deadline_by_state" in " ".join(plan)
    assert not [step for step in plan if step.startswith("SCAN incident")]


def test_signatures_and_responses_are_found_by_their_own_indexes(store: Store):
    (last,) = plan_of(store, lambda t: t.proposals.last_entry(PUBLISH))
    assert "proposal_entry_by_sign" in last
    assert "response_by_incident" in " ".join(plan_of(store, lambda t: public_entries.answered(t, "d1")))
    (level,) = plan_of(store, lambda t: t.disclosures.level())
    assert "disclosure_by_recorded" in level

"""The sample desk is an ordinary desk whose settings, sources, records and people are the sample town's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.sources import load_sources
from huiying.clock import SimulatedClock
from huiying.sampling import Town, check_town, load_town, sample_settings
from huiying.starting import CannotStart
from huiying.wiring import Desk, open_desk
from pipeline import accounts
from records.words import Role, Scope

NOON = datetime(2026, 4, 10, 4, 0, tzinfo=UTC)
PORT = 21600


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"HUIYING_DATA_DIR": str(tmp_path / "sample")}


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(PORT, 4.0, tmp_path / "sample" / "town")


@pytest.fixture
def desk(environment: dict[str, str]) -> Iterator[Desk]:
    settings, _ = sample_settings(environment, PORT)
    opened = open_desk(settings, SimulatedClock(NOON))
    yield opened
    opened.close()


def test_its_settings_lie_with_its_data_and_open_the_towns_ports_alone(environment: dict[str, str], tmp_path: Path):
    settings, file = sample_settings(environment, PORT)
    assert file == tmp_path / "sample" / "huiying.yaml"
    assert settings.sample
    assert settings.data_dir == tmp_path / "sample"
    assert settings.crawl.allow_private_hosts == tuple(f"127.0.0.1:{PORT + n}" for n in range(4))


def test_the_environment_overrides_them(environment: dict[str, str]):
    settings, _ = sample_settings({**environment, "HUIYING_DESK__PORT": "21700"}, PORT)
    assert settings.desk.port == 21700


def test_the_desk_gets_the_towns_sources_records_and_people(desk: Desk, town: Town):
    logins = load_town(desk, town, NOON)
    assert {login.person.role for login in logins} == set(Role) - {Role.ADMIN}
    assert all(source.enabled for source in load_sources(desk.settings.sources_file))
    with desk.store.reading() as t:
        records = t.disclosures.current()
    assert len(records) == 6
    assert {record.scope for record in records} == {Scope.PUBLIC, Scope.PARTY}
    duty = next(login for login in logins if login.person.role == "duty")
    assert not accounts.sign_in(desk.store, duty.person.username, duty.password, NOON).person.must_change_password


def test_a_second_start_adds_nothing(desk: Desk, town: Town):
    load_town(desk, town, NOON)
    assert load_town(desk, town, NOON) == []
    with desk.store.reading() as t:
        assert {record.version for record in t.disclosures.current()} == {1}


def test_people_are_reached_by_mail_where_there_is_a_mail_server(environment: dict[str, str], town: Town):
    mail = {"HUIYING_ALERTS__EMAIL__HOST": "127.0.0.1", "HUIYING_ALERTS__EMAIL__SENDER": "desk@a.example"}
    settings, _ = sample_settings({**environment, **mail, "HUIYING_ALERTS__EMAIL__TLS": "none"}, PORT)
    desk = open_desk(settings, SimulatedClock(NOON))
    try:
        load_town(desk, town, NOON)
        with desk.store.reading() as t:
            contacts = t.people.contacts()
    finally:
        desk.close()
    assert "office" in {contact.recipient for contact in contacts}
    assert all(contact.address.endswith(".example") for contact in contacts)


def test_a_port_that_the_desk_itself_needs_is_said(environment: dict[str, str], town: Town):
    settings, _ = sample_settings({**environment, "HUIYING_DESK__PORT": str(PORT + 3)}, PORT)
    with pytest.raises(CannotStart, match=str(PORT + 3)):
        check_town(town, settings)

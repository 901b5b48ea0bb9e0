"""Who answers in the town."""

from pathlib import Path

import yaml

import samples.town
from records.words import Role
from samples.town.reading import Texts

FILE = Path(samples.town.__file__).with_name("units.yaml")


def test_every_record_has_a_unit_with_an_address_that_can_reach_no_stranger(texts: Texts) -> None:
    said = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    assert {record.unit for record in texts.records} == {unit["name"] for unit in said["units"]}
    addresses = [said["office"]["email"], *(unit["email"] for unit in said["units"])]
    assert all(address.endswith(".example") for address in addresses)


def test_there_is_one_person_a_role_and_no_password() -> None:
    said = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    assert sorted(person["role"] for person in said["people"]) == sorted(set(Role) - {Role.ADMIN})
    assert all(set(person) == {"username", "name", "role", "unit"} for person in said["people"])
    units = {unit["name"] for unit in said["units"]}
    assert all(person["unit"] in units for person in said["people"] if Role(person["role"]).of_unit)

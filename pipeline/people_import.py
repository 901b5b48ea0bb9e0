"""Makes accounts for people who were read from a file; a row that cannot be is reported, and the first passwords are told once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from pipeline import accounts
from pipeline.people_file import GoodPerson, ReadPerson
from pipeline.refusals import Refused
from records.people import Person
from records.spreadsheets import BadRow, Cell
from regulation.sign_in import SignInRules, sign_in_rules
from storage.store import Store, Transaction

IMPORTED = "people_imported"
"""What the audit calls a file of people that was taken in."""

MOST = 300
"""Accounts that one file may make: each costs the work of a password hash."""

HEADING = ("用户名", "姓名", "单位", "身份", "首次登录密码（登录后须改）")
"""Of the sheet with the first passwords."""


@dataclass(frozen=True, slots=True)
class Issued:
    """An account that was made, and its first password, which is stored nowhere."""

    person: Person
    password: str

    @property
    def cells(self) -> Sequence[Cell]:
        """Its row of the sheet that is printed and cut up."""
        person = self.person
        return (person.username, person.name, person.unit or "", person.role.label, self.password)


@dataclass
class Imported:
    """What became of a file's rows: the accounts that were made, how many were there already, and what was left out."""

    issued: list[Issued] = field(default_factory=list)
    known: int = 0
    bad: list[BadRow] = field(default_factory=list)


def import_people(
    store: Store,
    rows: Iterable[ReadPerson],
    now: datetime,
    by: Person | None = None,
    rules: SignInRules | None = None,
) -> Imported:
    """Make an account for every good row whose person has none, all in one transaction. Raises Refused.

    `by` None: the console. A person is known by the username, without one by name, unit and role.
    """
    accounts.require_permission(store, by, "people", now)
    read = list(rows)
    if sum(isinstance(row, GoodPerson) for row in read) > MOST:
        raise Refused(f"一次最多导入 {MOST} 人：请分几个文件导入")
    outcome = Imported(bad=[row for row in read if isinstance(row, BadRow)])
    with store.reading() as t:
        newcomers = _newcomers(t, [row for row in read if isinstance(row, GoodPerson)], outcome)
    # Before the transaction: hashing takes its time.
    issued = [Issued(person, accounts.first_password()) for person in newcomers]
    hashed = [accounts.hashed(one.password, rules or sign_in_rules()) for one in issued]
    with store.transaction() as t:
        t.people.take_turn_of_accounts()
        for one, password in zip(issued, hashed, strict=True):
            if t.people.get(one.person.username) is not None:
                raise Refused("导入期间有人添加了同名的账户，一个也没有导入：请再导入一次")
            t.people.add(one.person, password, now)
            given = {"given_role": one.person.role.value}
            accounts.audit(t, by, now, "person_added", one.person.username, given)
        counts = {"new": len(issued), "known": outcome.known, "bad": len(outcome.bad)}
        accounts.audit(t, by, now, IMPORTED, "people", counts)
    outcome.issued = issued
    outcome.bad.sort(key=lambda row: row.number)
    return outcome


def _newcomers(t: Transaction, rows: Sequence[GoodPerson], outcome: Imported) -> list[Person]:
    """The people who are to have an account, with their usernames; what becomes of the others is noted."""
    people = {person.username: person for person in t.people.all()}
    newcomers: list[Person] = []
    for row in rows:
        person = replace(row.person, username=accounts.normal(row.person.username), must_change_password=True)
        same = people.get(person.username) if person.username else _alike(person, people.values())
        if same is not None and _is_same(same, person):
            outcome.known += 1
            continue
        try:
            if same is not None:
                raise Refused(
                    f"用户名“{person.username}”已是{same.name}（{same.role.label}）的：请换一个，或在页面上改"
                )
            person = person if person.username else replace(person, username=_free(people))
            accounts.check_newcomer(person)
        except Refused as refusal:
            outcome.bad.append(BadRow(row.number, None, str(refusal)))
            continue
        people[person.username] = person
        newcomers.append(person)
    return newcomers


def _alike(person: Person, people: Iterable[Person]) -> Person | None:
    return next((one for one in people if _is_same(one, person)), None)


def _is_same(one: Person, other: Person) -> bool:
    return (one.name, one.role, one.unit) == (other.name, other.role, other.unit)


def _free(taken: Iterable[str]) -> str:
    """The first free username of the kind that the desk gives."""
    used = set(taken)
    return next(name for number in range(1, 100_000) if (name := f"u{number:03}") not in used)

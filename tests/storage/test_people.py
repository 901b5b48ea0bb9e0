"""Accounts, sessions and contacts in the store."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from records.people import Contact, Person
from records.words import Role
from storage.people import Session
from storage.store import Store
from tests.storage.making import HOUR, NOON

LI = Person("lijing", "李静", Role.DUTY)
WANG = Person("wangfang", "王芳", Role.UNIT, unit="区住建局", must_change_password=True)


def test_an_account_comes_back_as_it_was_added(store: Store) -> None:
    with store.transaction() as t:
        t.people.add(LI, "hash", NOON)
        t.people.add(WANG, "hash", NOON)
    with store.reading() as t:
        assert t.people.get("wangfang") == WANG
        assert t.people.all() == [LI, WANG]
        assert t.people.get("nobody") is None


def test_a_username_is_given_once(store: Store) -> None:
    with store.transaction() as t:
        t.people.add(LI, "hash", NOON)
    with pytest.raises(IntegrityError), store.transaction() as t:
        t.people.add(LI, "other", NOON)


def test_a_new_password_forgets_failures_and_the_lock(store: Store) -> None:
    with store.transaction() as t:
        t.people.add(LI, "old", NOON)
        t.people.set_failures("lijing", 5, NOON + HOUR)
        locked = t.people.credentials("lijing")
        t.people.set_password("lijing", "new", must_change=True)
        fresh = t.people.credentials("lijing")
    assert locked is not None
    assert (locked.failures, locked.person.locked_until) == (5, NOON + HOUR)
    assert fresh is not None
    assert (fresh.password, fresh.failures, fresh.person.locked_until) == ("new", 0, None)
    assert fresh.person.must_change_password


def test_role_and_activity_change(store: Store) -> None:
    with store.transaction() as t:
        t.people.add(LI, "hash", NOON)
        t.people.set_role("lijing", Role.UNIT, "区教体局")
        t.people.set_active("lijing", False)
        changed = t.people.get("lijing")
    assert changed == Person("lijing", "李静", Role.UNIT, unit="区教体局", active=False)


def test_changing_an_unknown_account_is_an_error(store: Store) -> None:
    with pytest.raises(LookupError), store.transaction() as t:
        t.people.set_active("nobody", False)


def test_active_accounts_are_counted_by_role(store: Store) -> None:
    with store.transaction() as t:
        t.people.add(Person("a1", "甲", Role.ADMIN), "h", NOON)
        t.people.add(Person("a2", "乙", Role.ADMIN), "h", NOON)
        t.people.set_active("a2", False)
        assert t.people.active_with(Role.ADMIN) == 1
        assert t.people.active_with(Role.EVALUATOR) == 0


def test_sessions_end_one_by_one_by_account_and_by_time(store: Store) -> None:
    with store.transaction() as t:
        t.people.add(LI, "hash", NOON)
        for token, hours in (("a" * 64, 1), ("b" * 64, 2), ("c" * 64, 3)):
            t.people.start_session(Session(token, "lijing", NOON, NOON + hours * HOUR))
        assert t.people.drop_expired_sessions(NOON + HOUR) == 1
        assert t.people.session("a" * 64) is None
        t.people.end_sessions_of("lijing", but="c" * 64)
        assert t.people.session("b" * 64) is None
        assert t.people.session("c" * 64) == Session("c" * 64, "lijing", NOON, NOON + 3 * HOUR)
        t.people.end_session("c" * 64)
        assert t.people.session("c" * 64) is None


def test_contacts_of_a_recipient_are_replaced_as_a_whole(store: Store) -> None:
    old = Contact("区住建局", "email", "old@zj.example")
    new = [Contact("区住建局", "email", "a@zj.example", "王芳"), Contact("区住建局", "email", "b@zj.example")]
    office = Contact("office", "email", "duty@qw.example")
    with store.transaction() as t:
        t.people.set_contacts("区住建局", [old])
        t.people.set_contacts("office", [office])
        t.people.set_contacts("区住建局", new)
    with store.reading() as t:
        assert t.people.contacts_of("区住建局") == new
        assert t.people.contacts_of("区教体局") == []
        assert t.people.contacts() == [office, *new]


def test_a_contact_of_another_recipient_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="区教体局"), store.transaction() as t:
        t.people.set_contacts("区住建局", [Contact("区教体局", "email", "x@jt.example")])

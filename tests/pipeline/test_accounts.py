"""Signing in, guessing, being disabled: what an account does."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline import accounts, answering, proposing
from pipeline.accounts import SignInRefused, sign_in, whoami
from pipeline.refusals import Refused
from records.alerts import OFFICE, Alert
from records.people import Contact, Person
from records.words import Role
from regulation.sign_in import sign_in_rules
from storage.store import Store, Transaction
from tests.pipeline.test_acts import UNIT
from tests.pipeline.test_answering import ANSWERING, COLLEAGUE, Answers, meant
from tests.pipeline.test_proposing import DRAFTER, Office
from tests.storage.making import NOON

QUICK = replace(
    sign_in_rules(), hash_time_cost=1, hash_memory_kib=64, hash_parallelism=1, max_failures=5, lock_minutes=15
)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
LI = Person("lijing", "李静", Role.DUTY)
ADMIN = Person("admin", "管理员", Role.ADMIN)


class Told(list[Alert]):
    """Alerts that would have been queued."""

    def __call__(self, _t: Transaction, alert: Alert) -> None:
        self.append(alert)


def made(store: Store, newcomer: Person = LI) -> str:
    return accounts.create(store, newcomer, NOON, rules=QUICK)


def guess(store: Store, password: str = "wrong", at=NOON, username: str = "lijing", told: Told | None = None) -> str:  # type: ignore[no-untyped-def]
    with pytest.raises(SignInRefused) as refused:
        sign_in(store, username, password, at, QUICK, told)
    return str(refused.value)


def acts(store: Store) -> list[tuple[str, str, bool]]:
    with store.reading() as t:
        return [(entry.act, entry.actor, entry.allowed) for entry in reversed(t.audit.newest(200))]


def test_the_first_password_is_random_readable_and_long() -> None:
    passwords = {accounts.first_password() for _ in range(50)}
    assert len(passwords) == 50
    for password in passwords:
        assert re.fullmatch(r"[2-9a-hjkmnp-z]{4}(-[2-9a-hjkmnp-z]{4}){3}", password)


def test_a_new_person_signs_in_and_must_change_the_password(store: Store) -> None:
    password = made(store)
    signed = sign_in(store, " LiJing ", password, NOON, QUICK)
    assert signed.person == replace(LI, must_change_password=True)
    assert signed.expires_at == NOON + QUICK.session
    assert whoami(store, signed.token, NOON) == signed.person


def test_neither_password_nor_token_is_in_the_database(store: Store) -> None:
    password = made(store)
    token = sign_in(store, "lijing", password, NOON, QUICK).token
    with store.transaction() as t:
        credentials = t.people.credentials("lijing")
        assert credentials is not None
        assert credentials.password.startswith("$argon2id$")
        assert t.people.session(token) is None
        assert token not in str(t.audit.newest(100))
        assert password not in str(t.audit.newest(100))


def test_a_session_ends_at_its_time_and_not_before(store: Store) -> None:
    signed = sign_in(store, "lijing", made(store), NOON, QUICK, session=10 * MINUTE)
    assert whoami(store, signed.token, NOON + 10 * MINUTE - SECOND) is not None
    assert whoami(store, signed.token, NOON + 10 * MINUTE) is None


@pytest.mark.parametrize("token", [None, "", "x", "forged" * 20, "\ud800"])
def test_an_unknown_token_is_nobody(store: Store, token: str | None) -> None:
    made(store)
    assert whoami(store, token, NOON) is None


def test_signing_out_ends_this_session_only(store: Store) -> None:
    password = made(store)
    here, there = (sign_in(store, "lijing", password, NOON, QUICK).token for _ in range(2))
    accounts.sign_out(store, here, NOON)
    assert whoami(store, here, NOON) is None
    assert whoami(store, there, NOON) is not None


def test_every_refusal_says_the_same_so_that_no_username_shows(store: Store) -> None:
    made(store)
    password = made(store, Person("gone", "离岗", Role.DUTY))
    accounts.disable(store, "gone", NOON)
    answers = {guess(store), guess(store, username="nobody"), guess(store, password, username="gone")}
    for _ in range(QUICK.max_failures):
        answers.add(guess(store))
    assert len(answers) == 1


def test_an_unknown_username_is_not_written_down(store: Store) -> None:
    guess(store, username="hunter2-typed-into-the-wrong-field")
    with store.reading() as t:
        (entry,) = t.audit.newest(5)
    assert (entry.act, entry.actor, entry.subject, entry.allowed) == ("sign_in", "", "", False)


def test_the_account_locks_at_the_last_allowed_guess_for_the_time_of_the_rules(store: Store) -> None:
    password, told = made(store), Told()
    for _ in range(QUICK.max_failures - 1):
        guess(store, told=told)
    assert not told
    guess(store, told=told)
    assert [alert.kind for alert in told] == ["account_locked"]
    guess(store, password, NOON + QUICK.lock - SECOND)
    assert sign_in(store, "lijing", password, NOON + QUICK.lock, QUICK).person.username == "lijing"


def test_a_hundred_wrong_passwords_lock_once_and_tell_once(store: Store) -> None:
    password, told = made(store), Told()
    for _ in range(100):
        guess(store, told=told)
    guess(store, password, told=told)
    assert len(told) == 1
    assert told[0].recipient == OFFICE
    assert "lijing" in told[0].body
    assert [act for act, _, _ in acts(store)].count("account_locked") == 1


def test_without_a_teller_the_office_is_told_by_its_stored_contacts(store: Store) -> None:
    made(store)
    with store.transaction() as t:
        t.people.set_contacts(OFFICE, [Contact(OFFICE, "email", "duty@qw.example")])
    for _ in range(QUICK.max_failures):
        guess(store)
    with store.reading() as t:
        (alert,) = t.alerts.all()
        deliveries = t.alerts.deliveries([alert.key])[alert.key]
    assert (alert.kind, alert.incident) == ("account_locked", None)
    assert {delivery.channel for delivery in deliveries} == {"page", "email"}


def test_guesses_at_the_same_moment_cannot_exceed_the_limit(store: Store) -> None:
    password, told = made(store), Told()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: guess(store, told=told), range(24), timeout=120))
    assert len(told) == 1
    guess(store, password, told=told)


def test_a_right_password_forgets_the_guesses_before_it(store: Store) -> None:
    password = made(store)
    for _ in range(3):
        for _ in range(QUICK.max_failures - 1):
            guess(store)
        sign_in(store, "lijing", password, NOON, QUICK)


def test_after_a_lock_the_guesses_count_from_one_again(store: Store) -> None:
    password, told = made(store), Told()
    for _ in range(QUICK.max_failures):
        guess(store, told=told)
    for _ in range(QUICK.max_failures - 1):
        guess(store, at=NOON + QUICK.lock, told=told)
    assert len(told) == 1
    sign_in(store, "lijing", password, NOON + QUICK.lock, QUICK)


def test_a_disabled_account_is_nobody_at_its_next_act(store: Store) -> None:
    password = made(store)
    token = sign_in(store, "lijing", password, NOON, QUICK).token
    accounts.disable(store, "lijing", NOON)
    assert whoami(store, token, NOON) is None
    guess(store, password)
    accounts.enable(store, "lijing", NOON)
    assert whoami(store, token, NOON) is None
    assert whoami(store, sign_in(store, "lijing", password, NOON, QUICK).token, NOON) is not None


def test_the_last_admin_cannot_be_disabled(store: Store) -> None:
    made(store, ADMIN)
    with pytest.raises(Refused, match="最后一个"):
        accounts.disable(store, "admin", NOON)
    made(store, Person("second", "第二位", Role.ADMIN))
    accounts.disable(store, "admin", NOON)
    with pytest.raises(Refused, match="最后一个"):
        accounts.disable(store, "second", NOON)


def test_another_role_holds_at_once_and_ends_the_sessions(store: Store) -> None:
    password = made(store)
    token = accounts.sign_in(store, "lijing", password, NOON, QUICK).token
    accounts.change(store, "lijing", replace(LI, name="李静怡"), NOON)
    renamed = accounts.whoami(store, token, NOON)
    assert renamed is not None
    assert renamed.name == "李静怡"
    accounts.change(store, "lijing", replace(LI, role=Role.EVALUATOR, unit=None), NOON)
    assert accounts.whoami(store, token, NOON) is None
    with store.reading() as t:
        person = t.people.get("lijing")
    assert person is not None
    assert (person.role, person.unit) == (Role.EVALUATOR, None)


def test_what_an_account_was_and_became_is_on_record(store: Store) -> None:
    made(store)
    accounts.change(store, "lijing", Person("lijing", "李静怡", Role.HEAD, "住建局"), NOON)
    with store.reading() as t:
        (entry,) = t.audit.newest(1)
    assert entry.act == "person_changed"
    assert entry.detail == {
        "name_before": "李静",
        "given_name": "李静怡",
        "role_before": "duty",
        "given_role": "head",
        "unit_before": "",
        "given_unit": "住建局",
    }


def test_nobody_gets_another_name_while_a_proposal_that_they_signed_is_running(store: Store) -> None:
    office = Office(store)
    made(store, Person("chengban", DRAFTER.name, Role.DRAFTER, DRAFTER.unit))
    other = Person("chengban", "承办新", Role.DRAFTER, DRAFTER.unit)
    office.sign("secrecy_first", DRAFTER)
    with pytest.raises(Refused, match=f"{office.id}，现在不能改姓名：请等这些办完再改"):
        accounts.change(store, "chengban", other, NOON)
    accounts.change(store, "chengban", replace(other, name=DRAFTER.name, unit="区水务局"), NOON)
    proposing.drop(store, office.meant(DRAFTER), "不再公开")
    accounts.change(store, "chengban", other, NOON)


def test_nobody_gets_another_name_while_an_answer_that_they_wrote_or_handed_in_is_open(
    store: Store, tmp_path: Path
) -> None:
    answers = Answers(store, tmp_path / "reports")
    answer = answers.begin(actor=UNIT)
    answering.submit(store, meant(answer, COLLEAGUE), ANSWERING)
    for number, actor in enumerate((UNIT, COLLEAGUE)):
        made(store, Person(f"u{number}", actor.name, Role.OFFICE))
        with pytest.raises(Refused, match=f"{answer}，现在不能改姓名"):
            accounts.change(store, f"u{number}", Person(f"u{number}", "某新", Role.OFFICE), NOON)
    answering.drop(store, meant(answer, UNIT), "不再需要", ANSWERING)
    accounts.change(store, "u0", Person("u0", "某新", Role.OFFICE), NOON)


def test_the_last_admin_stays_one(store: Store) -> None:
    made(store, ADMIN)
    with pytest.raises(Refused, match="最后一个"):
        accounts.change(store, "admin", replace(ADMIN, role=Role.OFFICE), NOON)
    made(store, Person("second", "第二位", Role.ADMIN))
    accounts.change(store, "admin", replace(ADMIN, role=Role.OFFICE), NOON)


def test_two_admins_who_close_each_others_account_at_once_leave_one(store: Store) -> None:
    pair = [ADMIN, Person("second", "第二位", Role.ADMIN)]
    for one in pair:
        made(store, one)
    done: list[str] = []

    def close(by: Person, other: Person) -> None:
        try:
            accounts.disable(store, other.username, NOON, by)
            done.append(other.username)
        except Refused:
            pass

    threads = [threading.Thread(target=close, args=(one, other)) for one, other in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with store.reading() as t:
        assert t.people.active_with(Role.ADMIN) == 1
    assert len(done) == 1


def test_an_account_is_changed_by_admins_alone_and_to_nothing_senseless(store: Store) -> None:
    made(store)
    office = Person("office", "王办", Role.OFFICE)
    made(store, office)
    with pytest.raises(Refused, match="只有管理员"):
        accounts.change(store, "lijing", replace(LI, role=Role.ADMIN), NOON, office)
    with pytest.raises(Refused, match="所属单位"):
        accounts.change(store, "lijing", replace(LI, role=Role.HEAD, unit=" "), NOON)


def test_a_changed_password_ends_the_other_sessions_and_the_duty_to_change(store: Store) -> None:
    password = made(store)
    here, there = (sign_in(store, "lijing", password, NOON, QUICK).token for _ in range(2))
    accounts.change_password(store, "lijing", password, "清晨六点的灯-2026", NOON, token=here, rules=QUICK)
    assert whoami(store, here, NOON) == LI
    assert whoami(store, there, NOON) is None
    guess(store, password)
    sign_in(store, "lijing", "清晨六点的灯-2026", NOON, QUICK)


@pytest.mark.parametrize(
    ("new", "why"),
    [
        ("short-1", "至少"),
        ("x" * 201, "不能超过"),
        ("lijing-2026-desk", "太容易"),
        ("aaaaaaaaaaaa", "太容易"),
        ("", "至少"),
    ],
)
def test_a_weak_new_password_is_refused(store: Store, new: str, why: str) -> None:
    password = made(store)
    with pytest.raises(Refused, match=why):
        accounts.change_password(store, "lijing", password, new, NOON, rules=QUICK)
    sign_in(store, "lijing", password, NOON, QUICK)


def test_the_old_password_is_no_new_one(store: Store) -> None:
    password = made(store)
    with pytest.raises(Refused, match="原密码相同"):
        accounts.change_password(store, "lijing", password, password, NOON, rules=QUICK)


def test_guessing_the_old_password_locks_like_a_sign_in(store: Store) -> None:
    password, told = made(store), Told()
    for _ in range(QUICK.max_failures):
        with pytest.raises(Refused, match="原密码不对"):
            accounts.change_password(store, "lijing", "guess", "清晨六点的灯-2026", NOON, tell=told, rules=QUICK)
    assert len(told) == 1
    guess(store, password)


def test_a_reset_gives_a_new_first_password_and_ends_sessions_and_lock(store: Store) -> None:
    old = made(store)
    token = sign_in(store, "lijing", old, NOON, QUICK).token
    for _ in range(QUICK.max_failures):
        guess(store)
    new = accounts.reset_password(store, "lijing", NOON, rules=QUICK)
    assert whoami(store, token, NOON) is None
    guess(store, old)
    assert sign_in(store, "lijing", new, NOON, QUICK).person.must_change_password


@pytest.mark.parametrize(
    ("newcomer", "why"),
    [
        (Person("李静", "李静", Role.DUTY), "用户名应为"),
        (Person("a", "甲", Role.DUTY), "用户名应为"),
        (Person("-x", "甲", Role.DUTY), "用户名应为"),
        (Person("a b", "甲", Role.DUTY), "用户名应为"),
        (Person("x" * 41, "甲", Role.DUTY), "用户名应为"),
        (Person("wang", " ", Role.DUTY), "姓名"),
        (Person("wang", "王芳", Role.UNIT), "所属单位"),
        (Person("LIJING", "另一位", Role.DUTY), "已有人使用"),
    ],
)
def test_an_account_that_makes_no_sense_is_refused(store: Store, newcomer: Person, why: str) -> None:
    made(store)
    with pytest.raises(Refused, match=why):
        made(store, newcomer)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_an_admin_manages_people_and_a_try_is_audited(store: Store, role: Role) -> None:
    other = Person("other", "某人", role, unit="区住建局")
    made(store, other)
    made(store)
    for act in (
        lambda: accounts.create(store, Person("new", "新人", Role.ADMIN), NOON, by=other, rules=QUICK),
        lambda: accounts.reset_password(store, "lijing", NOON, by=other, rules=QUICK),
        lambda: accounts.disable(store, "lijing", NOON, by=other),
        lambda: accounts.enable(store, "lijing", NOON, by=other),
    ):
        with pytest.raises(Refused, match="只有管理员"):
            act()
    assert acts(store).count(("manage_people", "other", False)) == 4


def test_an_admin_who_was_disabled_meanwhile_manages_nobody(store: Store) -> None:
    made(store, ADMIN)
    made(store, Person("second", "第二位", Role.ADMIN))
    accounts.disable(store, "admin", NOON)
    with pytest.raises(Refused, match="只有管理员"):
        accounts.disable(store, "second", NOON, by=ADMIN)


def test_every_act_on_an_account_is_audited_with_who_did_it(store: Store) -> None:
    made(store, ADMIN)
    accounts.create(store, LI, NOON, by=ADMIN, rules=QUICK)
    accounts.reset_password(store, "lijing", NOON, by=ADMIN, rules=QUICK)
    accounts.disable(store, "lijing", NOON, by=ADMIN)
    accounts.enable(store, "lijing", NOON, by=ADMIN)
    assert acts(store) == [
        ("person_added", accounts.CONSOLE, True),
        ("person_added", "admin", True),
        ("password_reset", "admin", True),
        ("person_disabled", "admin", True),
        ("person_enabled", "admin", True),
    ]
    with store.reading() as t:
        assert t.audit.verify() is None


def test_an_unknown_account_is_named(store: Store) -> None:
    with pytest.raises(Refused, match="没有用户名为“nobody”"):
        accounts.disable(store, "nobody", NOON)


# Whom an identity provider has named


def test_who_is_named_by_the_provider_needs_no_password_and_the_session_lasts_as_any(store: Store) -> None:
    first = made(store)
    signed = accounts.sign_in_provided(store, "lijing", NOON, QUICK)
    assert signed.expires_at == sign_in(store, "lijing", first, NOON, QUICK).expires_at
    for at, there in ((signed.expires_at - SECOND, True), (signed.expires_at, False)):
        assert (whoami(store, signed.token, at) is not None) is there


def test_the_duty_to_change_the_first_password_stays_with_the_password(store: Store) -> None:
    first = made(store)
    signed = accounts.sign_in_provided(store, "lijing", NOON, QUICK)
    provided, typed = (
        whoami(store, signed.token, NOON),
        whoami(store, sign_in(store, "lijing", first, NOON).token, NOON),
    )
    assert provided is not None
    assert typed is not None
    assert (provided.must_change_password, typed.must_change_password) == (False, True)
    assert accounts.is_provided(signed.token)


def test_nobody_makes_a_password_session_pass_for_one_of_the_provider(store: Store) -> None:
    typed = sign_in(store, "lijing", made(store), NOON).token
    assert not accounts.is_provided(typed)
    assert whoami(store, f"p.{typed}", NOON) is None


def test_signing_in_at_the_provider_neither_counts_nor_forgets_wrong_passwords(store: Store) -> None:
    password = made(store)
    for _ in range(4):
        guess(store)
    accounts.sign_in_provided(store, "lijing", NOON, QUICK)
    guess(store)
    guess(store, password)
    accounts.sign_in_provided(store, "lijing", NOON, QUICK)
    guess(store, password)


def test_passwords_for_one_role_alone_say_the_same_to_all_others_and_count_nothing(store: Store) -> None:
    password = made(store)
    accounts.create(store, ADMIN, NOON, rules=QUICK)
    said = set()
    for username in ("lijing", "lijing", "lijing", "lijing", "lijing", "lijing", "nobody"):
        with pytest.raises(SignInRefused) as refused:
            sign_in(store, username, password, NOON, QUICK, Told(), only=Role.ADMIN)
        said.add(str(refused.value))
    assert len(said) == 1
    assert sign_in(store, "lijing", password, NOON, QUICK).person.username == "lijing"

"""Desk accounts: signs people in and out, makes and disables accounts, changes passwords; each act is audited."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pipeline import changes, proposing
from pipeline.answering import course_of
from pipeline.notify import queue, stored_contacts
from pipeline.refusals import Refused
from records.alerts import OFFICE, Alert
from records.answers import AnswerKind, AnswerState
from records.naming import office_name
from records.people import Person
from records.words import Role
from regulation.permissions import allowed
from regulation.sign_in import SignInRules, sign_in_rules
from storage.people import Session
from storage.store import Store, Transaction

Tell = Callable[[Transaction, Alert], None]
"""Queues an alert in the transaction that caused it."""

CONSOLE = "控制台"
"""Who acts on the server's own command line: whoever can run it can read the database anyway."""

_OPEN = (AnswerState.DRAFT, AnswerState.SUBMITTED, AnswerState.APPROVED)
_READABLE = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that is mistaken for another: 0 o, 1 l i
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_PROVIDED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,39}", re.ASCII)
_BY_PROVIDER = "p."  # no token of a password sign-in holds a dot
_ONE_ANSWER = "用户名或密码不对，或该账户已停用、已暂时锁定。多次失败后请稍候再试，或请管理员重设密码"


class SignInRefused(Refused):
    """Not signed in. One message for every cause where a password is asked, so that nobody learns which usernames exist."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A sign-in: `token` goes to the browser and is stored nowhere; `person` says whether the password must change."""

    token: str
    person: Person
    expires_at: datetime


def first_password() -> str:
    """A random password that can be read out over the telephone: 16 unmistakable characters in groups of four (79 bits)."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(4))


def tell_office(t: Transaction, alert: Alert) -> None:
    """Queue an alert to the office's duty officer by the contacts that people have entered."""
    queue(t, [alert], stored_contacts)


def sign_in(
    store: Store,
    username: str,
    password: str,
    now: datetime,
    rules: SignInRules | None = None,
    tell: Tell | None = None,
    session: timedelta | None = None,
    only: Role | None = None,
) -> Signed:
    """Open a session that lasts `session` (else what the rules say). Raises SignInRefused.

    Passwords are good for accounts of the role `only`, where one is given.

    The try that locks an account is audited and told through `tell` (else to the office, see `tell_office`).
    The try is counted before the password is looked at, so that tries at the same moment cannot exceed the limit,
    and an unknown username costs the same work as a known one.
    """
    rules = rules or sign_in_rules()
    username = normal(username)
    with store.transaction() as t:
        stored = _claim_try(t, username, now, rules, only)
    right = _matches(stored or _dummy(rules), password, rules)
    with store.transaction() as t:
        person = t.people.get(username) if stored is not None and right else None
        if person is not None and person.active:
            t.people.set_failures(username, 0, None)
            t.people.drop_expired_sessions(now)
            t.audit.append(now, person.username, person.role, "sign_in", person.username, True)
            return _open_session(t, person, now, session or rules.session)
        _note_failure(t, username, now, rules, tell)
    raise SignInRefused(_ONE_ANSWER)


def sign_in_provided(store: Store, provided: str, now: datetime, rules: SignInRules | None = None) -> Signed:
    """Open a session for the account that an identity provider has named. Raises SignInRefused.

    No account is made, nothing of the provider is kept, and neither a lock nor a first password stands in the way:
    these are about passwords. Letters without marks only: what merely looks like a username is somebody else's.
    """
    username = provided.lower() if _PROVIDED.fullmatch(provided) else ""
    with store.transaction() as t:
        person = t.people.get(username)
        if person is not None and person.active:
            t.people.drop_expired_sessions(now)
            t.audit.append(now, person.username, person.role, "sign_in", person.username, True, {"way": "oidc"})
            lasts = (rules or sign_in_rules()).session
            return _open_session(t, replace(person, must_change_password=False), now, lasts, _BY_PROVIDER)
        # Not the name that was given: whoever has no account here is not written down.
        known, cause = (person.username, "disabled") if person is not None else ("", "unknown_username")
        role = person.role if person is not None else None
        t.audit.append(now, known, role, "sign_in", known, False, {"way": "oidc", "cause": cause})
    if person is not None:
        raise SignInRefused(f"您在回应台的账户已停用，没有登录。需要恢复的，请联系{office_name()}的回应台管理员")
    raise SignInRefused(
        f"统一认证认得您，但回应台里没有与您对应的账户。请联系{office_name()}的回应台管理员，"
        "按您在统一认证的用户名添加账户后再登录"
    )


def is_provided(token: str) -> bool:
    """Whether the session of this token began at an identity provider."""
    return token.startswith(_BY_PROVIDER)


def whoami(store: Store, token: str | None, now: datetime) -> Person | None:
    """Whose token this is, or None when it is unknown or expired, or the account is disabled. Ask it at every act.

    Whoever came by an identity provider need not change a first password.
    """
    if not token:
        return None
    with store.reading() as t:
        session = t.people.session(_fingerprint(token))
        if session is None or session.expires_at <= now:
            return None
        person = t.people.get(session.username)
    if person is None or not person.active:
        return None
    return replace(person, must_change_password=False) if is_provided(token) else person


def sign_out(store: Store, token: str, now: datetime) -> None:
    """Forget the session, if there is one."""
    with store.transaction() as t:
        session = t.people.session(_fingerprint(token))
        if session is None:
            return
        t.people.end_session(session.token)
        person = t.people.get(session.username)
        t.audit.append(now, session.username, person.role if person else None, "sign_out", session.username, True)


def create(
    store: Store,
    newcomer: Person,
    now: datetime,
    by: Person | None = None,
    must_change: bool = True,
    rules: SignInRules | None = None,
) -> str:
    """Make an account and return its first password, to be changed at the first sign-in unless `must_change` is False.

    `by` None: the console.

    Raises Refused for a username that is taken or not of 2–40 letters a–z, digits, `.`, `_`, `-`; for a person of a
    unit without the unit; and where `by` may not.
    """
    require_permission(store, by, newcomer.username, now)
    newcomer = replace(
        newcomer, username=normal(newcomer.username), name=newcomer.name.strip(), must_change_password=must_change
    )
    check_newcomer(newcomer)
    password = first_password()
    kept = hashed(password, rules or sign_in_rules())
    with store.transaction() as t:
        t.people.take_turn_of_accounts()
        if t.people.get(newcomer.username) is not None:
            raise Refused(f"用户名“{newcomer.username}”已有人使用，请换一个")
        t.people.add(newcomer, kept, now)
        audit(t, by, now, "person_added", newcomer.username, {"given_role": newcomer.role.value})
    return password


def change_password(
    store: Store,
    username: str,
    old: str,
    new: str,
    now: datetime,
    token: str | None = None,
    tell: Tell | None = None,
    rules: SignInRules | None = None,
) -> None:
    """Change one's own password; every other session of the account ends. Raises Refused.

    `token` is the session to keep. Wrong tries count towards the lock like those of a sign-in.
    """
    rules = rules or sign_in_rules()
    username = normal(username)
    _check_new_password(username, old, new, rules)
    with store.transaction() as t:
        stored = _claim_try(t, username, now, rules)
    if not _matches(stored or _dummy(rules), old, rules) or stored is None:
        with store.transaction() as t:
            _note_failure(t, username, now, rules, tell)
        raise Refused("原密码不对，或账户已暂时锁定")
    kept = hashed(new, rules)
    with store.transaction() as t:
        person = t.people.get(username)
        if person is None or not person.active:
            raise Refused("账户已停用")
        t.people.set_password(username, kept, must_change=False)
        t.people.end_sessions_of(username, but=_fingerprint(token) if token else None)
        t.audit.append(now, username, person.role, "password_changed", username, True)


def reset_password(
    store: Store, username: str, now: datetime, by: Person | None = None, rules: SignInRules | None = None
) -> str:
    """Give the account a new first password and return it; all its sessions end, a lock too. Raises Refused."""
    username = normal(username)
    require_permission(store, by, username, now)
    password = first_password()
    kept = hashed(password, rules or sign_in_rules())
    with store.transaction() as t:
        _known(t, username)
        t.people.set_password(username, kept, must_change=True)
        t.people.end_sessions_of(username)
        audit(t, by, now, "password_reset", username)
    return password


def disable(store: Store, username: str, now: datetime, by: Person | None = None) -> None:
    """Close the account at once: its sessions end and its next act is refused. Raises Refused for the last admin."""
    username = normal(username)
    require_permission(store, by, username, now)
    with store.transaction() as t:
        t.people.take_turn_of_accounts()
        _check_not_last(t, _known(t, username))
        before = changes.account_of(t, username)
        t.people.set_active(username, False)
        t.people.end_sessions_of(username)
        seq = audit(t, by, now, "person_disabled", username)
        changes.note(t, seq, changes.ACCOUNT, username, before, changes.account_of(t, username), now)


def change(store: Store, username: str, after: Person, now: datetime, by: Person | None = None) -> None:
    """Give the account another name, role and unit; they hold from the person's next act on. Raises Refused.

    For another role or unit the sessions end too, so that nobody goes on at a page that was drawn for the one before.
    No other name while something is open that the person signed: by another name they could sign it a second time.
    """
    username = normal(username)
    require_permission(store, by, username, now)
    after = replace(after, username=username, name=after.name.strip(), unit=(after.unit or "").strip() or None)
    check_newcomer(after)
    with store.transaction() as t:
        t.people.take_turn_of_accounts()
        person = _known(t, username)
        before = changes.account_of(t, username)
        _make(t, person, after)
        facts = {
            "name_before": person.name,
            "given_name": after.name,
            "role_before": person.role.value,
            "given_role": after.role.value,
            "unit_before": person.unit or "",
            "given_unit": after.unit or "",
        }
        seq = audit(t, by, now, "person_changed", username, facts)
        changes.note(t, seq, changes.ACCOUNT, username, before, changes.account_of(t, username), now)


def enable(store: Store, username: str, now: datetime, by: Person | None = None) -> None:
    """Open a disabled account again. Raises Refused."""
    username = normal(username)
    require_permission(store, by, username, now)
    with store.transaction() as t:
        _known(t, username)
        before = changes.account_of(t, username)
        t.people.set_active(username, True)
        seq = audit(t, by, now, "person_enabled", username)
        changes.note(t, seq, changes.ACCOUNT, username, before, changes.account_of(t, username), now)


def put_back(t: Transaction, username: str, state: Mapping[str, Any]) -> None:
    """Let the account be again as `changes.account_of` had it; its password stays. Raises Refused as the acts do."""
    t.people.take_turn_of_accounts()
    person = _known(t, username)
    after = replace(person, name=state["name"], role=Role(state["role"]), unit=state["unit"])
    if person.active and not state["active"]:
        _check_not_last(t, person)
    _make(t, person, after)
    if person.active != state["active"]:
        t.people.set_active(username, state["active"])
        t.people.end_sessions_of(username)


def _make(t: Transaction, person: Person, after: Person) -> None:
    """Give an account its other name, role and unit. Raises Refused."""
    if after.role is not Role.ADMIN:
        _check_not_last(t, person)
    if after.name != person.name:
        _check_signed_nothing_open(t, person.name)
    t.people.rename(person.username, after.name)
    t.people.set_role(person.username, after.role, after.unit)
    if (person.role, person.unit) != (after.role, after.unit):
        t.people.end_sessions_of(person.username)


def _claim_try(
    t: Transaction, username: str, now: datetime, rules: SignInRules, only: Role | None = None
) -> str | None:
    """Count one try and return the stored hash; None where nobody may sign in (unknown, disabled, locked, another role)."""
    credentials = t.people.credentials(username)
    if credentials is None or not credentials.person.active:
        return None
    if only is not None and credentials.person.role is not only:
        return None
    locked_until, failures = credentials.person.locked_until, credentials.failures
    if locked_until is not None and now < locked_until:
        return None
    failures = 1 if locked_until is not None else failures + 1
    t.people.set_failures(username, failures, now + rules.lock if failures >= rules.max_failures else None)
    return credentials.password


def _note_failure(t: Transaction, username: str, now: datetime, rules: SignInRules, tell: Tell | None) -> None:
    credentials = t.people.credentials(username)
    if credentials is None:
        # Not the name that was typed: people type passwords into the wrong field.
        t.audit.append(now, "", None, "sign_in", "", False, {"cause": "unknown_username"})
        return
    person = credentials.person
    t.audit.append(
        now, person.username, person.role, "sign_in", person.username, False, {"failures": credentials.failures}
    )
    if person.locked_until is not None and credentials.failures == rules.max_failures:
        # The count stays as it is while the lock lasts: mark it as told by going one beyond.
        t.people.set_failures(username, credentials.failures + 1, person.locked_until)
        t.audit.append(now, person.username, person.role, "account_locked", person.username, False)
        tell = tell_office if tell is None else tell
        tell(t, _locked_alert(person, now, rules))


def _locked_alert(person: Person, now: datetime, rules: SignInRules) -> Alert:
    written = f"account_locked|{person.username}|{now.isoformat()}"
    return Alert(
        key=hashlib.sha256(written.encode()).hexdigest(),
        at=now,
        kind="account_locked",
        incident=None,
        recipient=OFFICE,
        due_at=None,
        title="账户被锁定",
        body=f"账户“{person.username}”连续 {rules.max_failures} 次密码错误，已锁定 {rules.lock_minutes} 分钟。"
        "如不是本人误输，请联系本人并由管理员重设密码。",
    )


def _open_session(t: Transaction, person: Person, now: datetime, lasts: timedelta, mark: str = "") -> Signed:
    token = mark + secrets.token_urlsafe(32)
    expires_at = now + lasts
    t.people.start_session(Session(_fingerprint(token), person.username, now, expires_at))
    return Signed(token, replace(person, locked_until=None), expires_at)


def require_permission(store: Store, by: Person | None, subject: str, now: datetime) -> None:
    """Raises Refused, which is audited, for somebody who may not manage accounts; `by` None: the console."""
    if by is None:
        return
    with store.transaction() as t:
        actor = t.people.get(by.username)  # the account as it is now: the caller may hold an old copy
        if actor is not None and actor.active and allowed(actor.role, "manage_people"):
            return
        t.audit.append(now, by.username, by.role, "manage_people", subject, False)
    raise Refused("只有管理员可以管理账户")


def audit(
    t: Transaction,
    by: Person | None,
    now: datetime,
    act: str,
    subject: str,
    detail: Mapping[str, str | int] | None = None,
) -> int:
    """Note an act on accounts; its row of the log. `by` None: the console."""
    return t.audit.append(now, by.username if by else CONSOLE, by.role if by else None, act, subject, True, detail)


def _check_not_last(t: Transaction, person: Person) -> None:
    if person.role is Role.ADMIN and person.active and t.people.active_with(Role.ADMIN) == 1:
        raise Refused("这是最后一个可用的管理员账户，这样就无人能管理了；请先添加另一位管理员")


def _check_signed_nothing_open(t: Transaction, name: str) -> None:
    """Signatures are told apart by name. Raises Refused where one of this name holds in what has not ended."""
    running = proposing.proposals(t, t.proposals.running())
    signed = [one.kept.id for one in running if name in {entry.actor for entry in one.standing.held.values()}]
    open_answers = [one for kind in AnswerKind for one in t.answers.standing_at(kind, *_OPEN)]
    signed += [one.id for one in open_answers if name in course_of(t, one).standing().writers]
    if signed:
        raise Refused(
            f"{name}签署过还没有办完的{'、'.join(signed[:3])}{'等' if len(signed) > 3 else ''}，现在不能改姓名："
            "请等这些办完再改；换了人的，请停用这个账户，为新来的人另添加一个"
        )


def _known(t: Transaction, username: str) -> Person:
    person = t.people.get(username)
    if person is None:
        raise Refused(f"没有用户名为“{username}”的账户；用 huiying person list 查看全部账户")
    return person


def check_newcomer(newcomer: Person) -> None:
    """Raises Refused for an account that makes no sense."""
    if not _USERNAME.fullmatch(newcomer.username):
        raise Refused("用户名应为 2–40 个小写字母、数字或 . _ -，以字母或数字开头")
    if not newcomer.name:
        raise Refused("请填写姓名：报告和日志中要写明是谁")
    if newcomer.role.of_unit and not newcomer.unit:
        raise Refused(f"{newcomer.role.label}的账户要写明所属单位")


def _check_new_password(username: str, old: str, new: str, rules: SignInRules) -> None:
    if len(new) < rules.min_password_length:
        raise Refused(f"新密码至少要 {rules.min_password_length} 个字符")
    if len(new) > 200:
        raise Refused("新密码不能超过 200 个字符")
    if new == old:
        raise Refused("新密码不能与原密码相同")
    if username in new.casefold() or len(set(new)) < 5:
        raise Refused("新密码太容易猜到：不要包含用户名，也不要只用几个重复的字符")


def normal(username: str) -> str:
    """A username as it is stored, however it was typed."""
    return unicodedata.normalize("NFKC", username).strip().casefold()[:80]


def _fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _matches(hashed: str, password: str, rules: SignInRules) -> bool:
    try:
        return _hasher(rules).verify(hashed, unicodedata.normalize("NFKC", password[:200]))
    except (VerificationError, InvalidHashError):
        return False


def hashed(password: str, rules: SignInRules) -> str:
    """What is stored of a password."""
    return _hasher(rules).hash(unicodedata.normalize("NFKC", password))


@cache
def _hasher(rules: SignInRules) -> PasswordHasher:
    return PasswordHasher(rules.hash_time_cost, rules.hash_memory_kib, rules.hash_parallelism)


@cache
def _dummy(rules: SignInRules) -> str:
    """A hash that no password has: what an unknown username is checked against, for the same time."""
    return _hasher(rules).hash(secrets.token_urlsafe(32))

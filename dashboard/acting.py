"""Carries a person's act from a button to the service layer once, and keeps what it answered for the next drawing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import streamlit as st
from sqlalchemy.exc import InterfaceError, OperationalError

from dashboard.backstage import Backstage, backstage
from dashboard.signed_in import signed_in
from dashboard.wording import plain
from huiying.report_formats import report_formats
from pipeline import notify
from pipeline.acts import Actor, Deps, attempt
from pipeline.refusals import Refused
from records.actions import Act, Action
from records.people import Person
from storage.outages import is_full

Work = Callable[["Doing"], object]
"""Something that is done for the person who is signed in."""

REFUSAL_STAYS = timedelta(seconds=15)
_NOTICE = "notice"
_SIGNED_OUT = "登录已结束或账户已停用，这一步没有执行。请重新登录。"
_BUSY = "数据库暂时没有响应，这一步没有执行。请稍后再试；仍不行请联系管理员运行 huiying doctor。"
_FULL = "磁盘已满或有故障，存不下，这一步没有执行。请管理员腾出空间（huiying doctor 会说是哪里），然后再试。"


@dataclass(frozen=True)
class Notice:
    """What the last act answered."""

    text: str
    done: bool
    at: datetime


@dataclass(frozen=True)
class Doing:
    """One act under way: who does it, when, and the number of the request that a repeat carries too."""

    person: Person
    at: datetime
    request: str
    parts: Backstage


def notice() -> Notice | None:
    """What to tell about the last act: once where it was done, for a while where it was refused."""
    kept: Notice | None = st.session_state.get(_NOTICE)
    if kept is not None and (kept.done or backstage().now() - kept.at > REFUSAL_STAYS):
        del st.session_state[_NOTICE]
    return kept


def _tell(text: str, *, done: bool = False) -> bool:
    st.session_state[_NOTICE] = Notice(text, done, backstage().now())
    return done


def request_id(key: str) -> str:
    """The number of the next request of this button: the same for a double click, a new one after it is done."""
    numbers = st.session_state.setdefault("requests", {})
    return str(numbers.setdefault(key, uuid.uuid4().hex))


def do(key: str, said: str | Callable[[], str], work: Work) -> bool:
    """Do something for the person who is signed in now, and note what to tell them. True where it was done.

    `said` is asked after the work where what to tell depends on it.
    """
    parts = backstage()
    try:
        person = signed_in()
        if person is None:
            return _tell(_SIGNED_OUT)
        work(Doing(person, parts.now(), request_id(key), parts))
    except Refused as refused:
        return _tell(str(refused))
    except (OperationalError, InterfaceError) as fault:
        return _tell(_FULL if is_full(fault) else _BUSY)
    st.session_state["requests"].pop(key, None)
    return _tell(said if isinstance(said, str) else said(), done=True)


def do_in_dialog(key: str, said: str, work: Work) -> bool:
    """Do something from a dialog: a refusal is told there and leaves what was typed."""
    if do(key, said, work):
        return True
    refused: Notice = st.session_state.pop(_NOTICE)
    st.error(plain(refused.text), icon=":material/block:")
    return False


def act(doing: Doing, what: Act, args: Mapping[str, Any]) -> str:
    """Carry out an act on an incident; the incident's id. Raises Refused."""
    action = Action(doing.at, doing.person.name, what, {**args, "request_id": doing.request})
    return attempt(doing.parts.store, action, actor(doing.person), deps(doing.parts))


def actor(person: Person) -> Actor:
    """The person as the one who acts."""
    return Actor(person.name, person.role, person.unit)


def deps(parts: Backstage) -> Deps:
    """What acts need, as the settings say."""
    return Deps(
        rules=parts.desk.rules,
        routes=notify.stored_contacts,
        reports_dir=parts.reports_dir,
        letterhead=parts.desk.letterhead,
        owed=parts.desk.owed,
        formats=report_formats(parts.desk.settings),
        escalation=parts.desk.escalation,
        platforms=parts.desk.platforms,
    )

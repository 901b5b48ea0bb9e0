"""Pages draw of a long list what fits one page: what they send to the browser is counted, without a browser."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from benchmarks._desk_session import session
from dashboard.cookies import SESSION, Signer
from huiying.cookie_secret import cookie_secret
from huiying.wiring import Desk
from pipeline import accounts
from records.alerts import OFFICE
from records.answers import Answer, AnswerEntry, AnswerKind, AnswerNoted, Exchange, PublicWords
from records.incidents import SeverityChange
from records.releases import Release, ReleaseState, ReleaseStep
from records.words import Severity
from tests.dashboard import seeding
from tests.dashboard.conftest import Served, serving_desk
from tests.storage.making import assessment, disclosure, incident, post
from tests.storage.test_deadlines import DEADLINE

MANY = 30


class Listening:
    """A page's connection that keeps what came over it."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.came = b""

    async def send(self, message: bytes) -> None:
        await self._connection.send(message)

    async def recv(self) -> bytes:
        message: bytes = await self._connection.recv()
        self.came += message
        return message


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk with many of everything."""
    with serving_desk(tmp_path_factory.mktemp("desk"), fill) as opened:
        yield opened


def fill(desk: Desk) -> None:
    seeding.add_people(desk)
    now, day = desk.clock.now(), timedelta(days=1)
    with desk.store.transaction() as t:
        t.disclosures.add(disclosure("d1"), now, "王芳")
        for n in range(MANY):
            t.messages.add(f"key{n}", OFFICE, now, f"第{n}条", "内容", None)
            t.posts.add(post(f"p{n}", seen_at=now), now + 90 * day)
            t.assessments.put(replace(assessment(f"p{n}"), disclosure="d1"), now)
            step = ReleaseStep(ReleaseState.PLANNED, now, "王芳", now)
            t.releases.add(Release(0, "进展", "website", None, None, None, OFFICE, (step,)))
            opened = t.incidents.start_gathering(f"i{n}", now)
            late = incident(f"20260410-{n:03}", disclosure=f"i{n}", gathering=opened.id)
            t.incidents.open(late, opened.id, SeverityChange(now, Severity.GENERAL, "voices_3"))
            t.deadlines.add(replace(DEADLINE, incident=late.id), [])
            t.answers.begin(Answer(f"K{n}", AnswerKind.PUBLIC, "d1", None, now, "王芳"))
            words = PublicWords("题目", (Exchange("问", "答"),))
            t.answers.add(AnswerEntry(f"K{n}", AnswerNoted.WRITTEN, now, "王芳", words=words))


def drawn(served: Served, desk: Desk, page: str, query: str = "") -> bytes:
    token = accounts.sign_in(desk.store, "wangfang", seeding.PASSWORD, desk.clock.now()).token
    cookie = f"{SESSION}={Signer(cookie_secret(desk.settings)).sealed(token)}"

    async def whole() -> bytes:
        async with session(served.base, cookie) as opened:
            listening = Listening(opened.connection)
            opened.connection = listening  # type: ignore[assignment]
            await opened.open(page, query)
            return listening.came

    return asyncio.run(whole())


def test_troubles_of_clocks_stand_one_by_one_while_they_are_few_and_the_rest_in_one_place(served: Served, desk: Desk):
    came = drawn(served, desk, "desk").decode("utf-8", "replace")
    troubles = set(re.findall(r"事件 (\S+) 的计时没有下一步", came))
    assert len(troubles) == MANY
    assert came.count("的计时没有下一步提醒：请人工盯住时限，并联系管理员**") == 5
    assert "时限和提醒的故障另有 25 项" in came


@pytest.mark.parametrize(
    ("page", "query", "row", "listed"),
    [
        ("messages", "", rb"message_\d+", 20),
        ("releases", "", rb"release_\d+", 10),
        ("public", "", rb"public_K\d+", 10),
        ("record", "id=d1", rb"correct_p\d+", 10),
    ],
)
def test_a_page_draws_of_a_long_list_what_fits_it(
    served: Served, desk: Desk, page: str, query: str, row: bytes, listed: int
):
    assert len(set(re.findall(row, drawn(served, desk, page, query)))) == listed

"""A town whose clock a test sets."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from samples.town.moment import Pace
from samples.town.reading import Texts, read_texts
from samples.town.server import Town, ports_from

EPOCH = datetime(2026, 11, 22, 2, 20, 0, tzinfo=UTC)


class Visitor:
    """A town on free ports, the time in it, and how to ask it for a page."""

    def __init__(self, texts: Texts, minutes: float = 4.0) -> None:
        self.now = EPOCH
        self.town = Town(texts, Pace.over(minutes, texts, EPOCH), EPOCH, ports_from(0), lambda: self.now)
        self.town.start()

    def after(self, seconds: float) -> Visitor:
        self.now = EPOCH + timedelta(seconds=seconds)
        return self

    def get(self, site: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.town.ports[site], timeout=10)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def text(self, site: str, path: str) -> str:
        status, _, body = self.get(site, path)
        assert status == 200, (site, path, status)
        return body.decode("gbk" if site == "forum" and path != "/robots.txt" else "utf-8")


@pytest.fixture(scope="session")
def texts() -> Texts:
    return read_texts()


@pytest.fixture
def visitor(texts: Texts) -> Iterator[Visitor]:
    visitor = Visitor(texts)
    yield visitor
    visitor.town.stop()

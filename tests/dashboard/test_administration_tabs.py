"""What the page of administration does when a tab is left, in the order in which it is done."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from dashboard.screens import administration
from dashboard.visit import Visit
from tests.dashboard.seeding import PEOPLE


class Tab(nullcontext[None]):
    """A tab of the page, open or not."""

    def __init__(self, *, open: bool) -> None:
        super().__init__()
        self.open = open


@pytest.mark.parametrize(
    ("opened", "done"), [("采集源", ["put away", "采集源"]), ("账户", ["账户"]), ("系统", ["put away", "系统"])]
)
def test_first_passwords_are_forgotten_before_another_tab_is_drawn(
    monkeypatch: pytest.MonkeyPatch, opened: str, done: list[str]
):
    """Whoever comes back at once breaks the drawing off: what was to be done after it would not be."""
    acts: list[str] = []
    names = ("采集源", "账户", "系统")
    tabs = [(name, None, lambda _, name=name: acts.append(name)) for name in names]
    monkeypatch.setattr(administration, "_TABS", tabs)
    monkeypatch.setattr(administration.people, "put_away", lambda: acts.append("put away"))
    monkeypatch.setattr(administration.st, "tabs", lambda *_, **__: [Tab(open=name == opened) for name in names])
    administration.draw(Visit(PEOPLE["wangfang"], {}))
    assert acts == done

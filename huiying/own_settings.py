"""Puts what an office has changed at its desk over the settings file, for as long as it holds: every process follows it.

A change is taken up within a second by whoever asks, in the process in which it was made at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from huiying.clock import steady_seconds
from huiying.rule_book import RuleBook
from huiying.settings import BadSettings, Organisation, Rules, Settings
from pipeline.own_limits import own_rules
from pipeline.own_names import LABELS, Names, own_names
from pipeline.own_rules import OfficeRules
from pipeline.own_values import Own, usable
from records import naming
from regulation import office_values
from storage.store import Store

LOOK_SECONDS = 1.0


def names_below(settings: Settings) -> Names:
    """What the office's own names stand over."""
    return Names({name: getattr(settings.organisation, name) for name in LABELS})


def rules_below(settings: Settings) -> OfficeRules:
    """What the office's own figures of the rules stand over."""
    families = {value.family for value in office_values.values().values()} & Rules.model_fields.keys()
    return OfficeRules({family: getattr(settings.rules, family) for family in sorted(families)})


def over(settings: Settings, names: Own, rules: Own) -> Settings:
    """The settings with the office's own values over them."""
    given = {name: value for name, value in names.items() if name in LABELS}
    organisation = Organisation.model_validate({**settings.organisation.model_dump(), **given})
    below = rules_below(settings)
    changed = office_values.changes(below.settings, rules)
    families = {family: changed[family] for family in below.settings}
    return settings.model_copy(
        update={"organisation": organisation, "rules": settings.rules.model_copy(update=families)}
    )


@dataclass
class Following:
    """The rules and names in force. The store is asked anew at most once a second, and never made."""

    settings: Settings
    store: Callable[[], Store]
    seconds: Callable[[], float] = steady_seconds
    fault: str | None = None
    """Why the office's own values do not count at present, in Chinese."""

    _book: RuleBook | None = None
    _own: tuple[Own, Own] = field(default_factory=lambda: ({}, {}))
    _looked_at: float | None = None
    _there: bool = False

    def book(self) -> RuleBook:
        """The rule book in force."""
        if self._book is None:
            self._book = RuleBook(self.settings)
        if self._looked_at is None or self.seconds() - self._looked_at >= LOOK_SECONDS:
            self._looked_at = self.seconds()
            own = self._read()
            if own != self._own:
                self._own = own
                self._book = self._taken_up(*own)
                organisation = self._book.settings.organisation
                naming.call(naming.Names(organisation.office_name, organisation.report_to))
        return self._book

    def look_again(self) -> None:
        """Ask the store at the next call."""
        self._looked_at = None

    def _read(self) -> tuple[Own, Own]:
        """What is kept; what was read last where the store does not answer: somebody else tells of that."""
        try:
            if not self._is_there():
                return {}, {}
            with self.store().reading() as t:
                return own_names(t), own_rules(t)
        except (DBAPIError, BadSettings):
            return self._own

    def _is_there(self) -> bool:
        url = make_url(self.settings.database_url)
        if url.drivername == "sqlite" and not Path(url.database or "").exists():
            return False
        self._there = self._there or self.store().schema_version() is not None
        return self._there

    def _taken_up(self, names: Own, rules: Own) -> RuleBook:
        self.fault = None
        if usable(rules_below(self.settings), rules) != rules:
            self.fault = "页面上改过的规则数值与现在的设置或规则合不上，没有起作用"
            rules = {}
        try:
            book = RuleBook(over(self.settings, names, rules))
            book.check()
        except (BadSettings, ValueError) as fault:
            self.fault = f"页面上改过的名称或数值不能用，没有起作用：{fault}"
            return RuleBook(self.settings)
        return book

"""Turns catalogues into what their page, their files and a record's page show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain

from casework.catalogue import filing_docx, filing_xlsx
from pipeline.own_catalogue import FILE, KEEP, in_force, own
from pipeline.views import may_everywhere, may_somewhere
from records.catalogues import CatalogueVersion, Filing
from records.disclosures import Disclosure
from records.people import Person
from records.words import Scope, TimeKind
from regulation.catalogue import Catalogue, Chosen, Form, Item, remarks
from regulation.catalogue_file import shipped
from regulation.catalogue_words import scopes_in, timing_in
from storage.store import Transaction

VIEW = "view_catalogue"
FORMATS = {"docx": filing_docx.render, "xlsx": filing_xlsx.render}
"""The files that a catalogue can be filed as."""

_ONLINE = "互联网"
_UNDATED = datetime(1980, 1, 1, tzinfo=UTC)
"""What a file of a shipped catalogue says of when it was made: it is always the same."""


@dataclass(frozen=True, slots=True)
class CataloguePage:
    """A catalogue and its version, None for a shipped one; every version with the newest first, and all filings.

    `open` says whether the person may change what they see: only the newest version is changed.
    """

    catalogue: Catalogue
    version: CatalogueVersion | None
    versions: Sequence[CatalogueVersion]
    filings: Sequence[Filing]
    open: bool
    may_keep: bool
    may_file: bool

    @property
    def newest(self) -> int | None:
        """The newest version's number."""
        return self.versions[0].number if self.versions else None

    def filings_of(self, number: int) -> list[Filing]:
        """What was noted of that version's filing, oldest first."""
        return [one for one in self.filings if one.version == number]

    def file(self, ending: str, issuer: str) -> bytes:
        """The catalogue as a file to be filed."""
        at = _UNDATED if self.version is None else self.version.at
        subject = self.catalogue.form.document if self.version is None else f"第 {self.version.number} 版"
        return FORMATS[ending](self.catalogue, at, issuer, subject)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which items are looked for; None and nothing leave all."""

    words: str = ""
    unit: str | None = None
    scope: Scope | None = None
    time_kind: TimeKind | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """The items that a record or proposal names, none where what it says is in no catalogue; and where it fits none of them."""

    form: Form
    items: tuple[Item, ...]
    remarks: tuple[str, ...]


def catalogue_page(t: Transaction, person: Person, chosen: int | str | None) -> CataloguePage | None:
    """The chosen version of the office's catalogue (the newest for None), or the shipped one of a letter; None for a person
    who may not see it, or where there is no such version."""
    if not may_somewhere(person, VIEW):
        return None
    versions = t.catalogues.versions()
    kept = None if isinstance(chosen, str) else own(t, chosen)
    if kept is None and isinstance(chosen, int):
        return None
    catalogue = kept.catalogue if kept is not None else shipped(chosen) if isinstance(chosen, str) else in_force(t)
    newest = kept is not None and kept.version.number == versions[0].number
    may_keep = may_everywhere(person, KEEP)
    return CataloguePage(
        catalogue=catalogue,
        version=None if kept is None else kept.version,
        versions=versions,
        filings=t.catalogues.filings(),
        open=newest and may_keep,
        may_keep=may_keep,
        may_file=may_everywhere(person, FILE),
    )


def found(catalogue: Catalogue, wanted: Wanted) -> list[Item]:
    """The items that are looked for, in order: every word stands in some cell or is the id."""
    words = wanted.words.casefold().split()
    return [item for item in catalogue.items if _fits(catalogue.form, item, wanted, words)]


def units(catalogue: Catalogue) -> list[str]:
    """Every responsible unit, in the order in which they first stand in it."""
    return list(dict.fromkeys(unit for item in catalogue.items for unit in item.units))


def items_of_record(t: Transaction, record: Disclosure) -> Named | None:
    """The items that a record names in the catalogue in force, with remarks; None where it names nothing at all."""
    return items_named(t, record.catalogue_item, Chosen(record.scope, (_ONLINE,) if record.url else ()))


def items_named(t: Transaction, named: str | None, chosen: Chosen) -> Named | None:
    """The items that somebody names in the catalogue in force, with remarks on what is chosen; None for nothing."""
    if named is None:
        return None
    catalogue = in_force(t)
    items = catalogue.matching(named)
    said = [remarks(catalogue.form, item, chosen) for item in items]
    return Named(catalogue.form, items, tuple(dict.fromkeys(chain(*said))) if all(said) else ())


def _fits(form: Form, item: Item, wanted: Wanted, words: Sequence[str]) -> bool:
    text = " ".join([item.id, *(item.cell(key) for key in form.cells)]).casefold()
    return (
        all(word in text for word in words)
        and wanted.unit in (None, *item.units)
        and (wanted.scope is None or wanted.scope in scopes_in(item.cell(form.scope)))
        and wanted.time_kind in (None, timing_in(item.time_limit).kind)
    )

"""Counts for one unit and one half-year what the ledgers say for the nine checks (第五十条), each figure with its rows.

Only numbers of rows and what is the matter with them leave here: no title and no text, so that a record within the party shows
nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from pipeline import inspection_courses
from pipeline.inspection_courses import Looked, Window
from pipeline.own_catalogue import in_force, own
from records.catalogues import CatalogueVersion, FilingNoted
from records.inspections import Case, Counted
from records.publications import LinkState, Publication
from regulation.catalogue import Catalogue
from regulation.disclosure_time import DisclosureTime
from storage.store import Transaction
from storage.tables import archive_package, disclosure

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class _Record:
    """One record that the unit published: how often it was corrected, whether it was withdrawn."""

    id: str
    item: str | None
    corrections: int
    withdrawn: bool


def counted(t: Transaction, window: Window, rules: DisclosureTime) -> tuple[Counted, ...]:
    """Every figure of inspection.yaml for that unit and time."""
    records = _published(t, window)
    looked = inspection_courses.look(t, window, rules, [one.id for one in records])
    entries = _publications(t, records)
    cases: Mapping[str, Callable[[], Iterator[Case]]] = {
        "contacts_named": lambda: _contacts(t, window),
        "items_listed": lambda: _items(t, window),
        "catalogue_filed": lambda: _filed(t, window),
        "records_fit": lambda: _fitting(records, _catalogue(t, window)),
        "records_uncorrected": lambda: _uncorrected(records),
        "records_on_platform": lambda: _on_platform(records, entries),
        "links_readable": lambda: _links(entries),
        "platforms_used": lambda: _platforms(entries),
        "course_followed": lambda: _with_course(records, looked),
        "records_archived": lambda: _archived(t, records),
        "records_whole": lambda: _whole(records, entries, looked),
        **{figure: _again(found) for figure, found in looked.cases.items()},
    }
    return tuple(Counted(figure, tuple(read())) for figure, read in cases.items())


def _again(cases: Sequence[Case]) -> Callable[[], Iterator[Case]]:
    return lambda: iter(cases)


def _published(t: Transaction, window: Window) -> list[_Record]:
    newer = disclosure.alias("newer")
    newest = select(func.max(newer.c.version)).where(newer.c.id == disclosure.c.id).scalar_subquery()
    query = (
        select(disclosure.c.id, disclosure.c.catalogue_item, disclosure.c.version, disclosure.c.withdrawn)
        .where(
            disclosure.c.version == newest,
            disclosure.c.unit == window.unit,
            disclosure.c.published_at >= window.since,
            disclosure.c.published_at < window.ends,
        )
        .order_by(disclosure.c.id)
    )
    return [_Record(row.id, row.catalogue_item, row.version - 1, row.withdrawn) for row in t.connection.execute(query)]


def _publications(t: Transaction, records: Sequence[_Record]) -> list[Publication]:
    """Where these records are published, by the entries that hold."""
    ids = [one.id for one in records]
    found = [one for begin in range(0, len(ids), _CHUNK) for one in t.publications.of(ids[begin : begin + _CHUNK])]
    return [one for one in found if one.holds]


def _contacts(t: Transaction, window: Window) -> Iterator[Case]:
    named = bool(t.people.contacts_of(window.unit))
    yield Case(window.unit, named, 0, None if named else "没有登记联系方式")


def _version(t: Transaction, window: Window) -> CatalogueVersion | None:
    """The version of the own catalogue that was in force at the end."""
    return next((one for one in t.catalogues.versions() if one.at < window.ends), None)


def _catalogue(t: Transaction, window: Window) -> Catalogue:
    version = _version(t, window)
    kept = None if version is None else own(t, version.number)
    return in_force(t) if kept is None else kept.catalogue


def _items(t: Transaction, window: Window) -> Iterator[Case]:
    """Of the office's own catalogue alone: the units of a shipped one have other names."""
    version = _version(t, window)
    kept = None if version is None else own(t, version.number)
    if version is not None and kept is not None:
        listed = any(window.unit in item.units for item in kept.catalogue.items)
        yield Case(f"目录第 {version.number} 版", listed, 0, None if listed else "没有本单位的事项")


def _filed(t: Transaction, window: Window) -> Iterator[Case]:
    filed = {one.version for one in t.catalogues.filings() if one.noted is not FilingNoted.RETURNED}
    for version in reversed(t.catalogues.versions()):
        if window.holds(version.at):
            done = any(number >= version.number for number in filed)
            yield Case(f"目录第 {version.number} 版", done, 0, None if done else "没有报备案")


def _fitting(records: Sequence[_Record], catalogue: Catalogue) -> Iterator[Case]:
    for one in records:
        listed = one.item is not None and bool(catalogue.matching(one.item))
        fault = None if listed else "没有目录项" if one.item is None else "目录里没有这一项"
        yield Case(one.id, listed, 0, fault)


def _uncorrected(records: Sequence[_Record]) -> Iterator[Case]:
    for one in records:
        fault = "已撤回" if one.withdrawn else f"更正 {one.corrections} 次" if one.corrections else None
        yield Case(one.id, fault is None, 0, fault)


def _on_platform(records: Sequence[_Record], entries: Sequence[Publication]) -> Iterator[Case]:
    placed = {one.record for one in entries}
    for one in records:
        if not one.withdrawn:
            yield Case(one.id, one.id in placed, 0, None if one.id in placed else "没有登记发布平台")


def _links(entries: Sequence[Publication]) -> Iterator[Case]:
    """The links that somebody looked at; one that could not be looked at tells nothing."""
    for one in entries:
        if one.look is not None and one.look.state is not LinkState.UNSEEN:
            broken = one.look.state.broken
            fault = f"{one.platform_name}上的网址{one.look.state.label}" if broken else None
            yield Case(f"{one.record}/{one.id}", not broken, 0, fault)


def _platforms(entries: Sequence[Publication]) -> Iterator[Case]:
    for name in dict.fromkeys(one.platform_name for one in entries):
        yield Case(name, True)


def _with_course(records: Sequence[_Record], looked: Looked) -> Iterator[Case]:
    for one in records:
        went = one.id in looked.with_course
        yield Case(one.id, went, 0, None if went else "没有审签记录")


def _archived(t: Transaction, records: Sequence[_Record]) -> Iterator[Case]:
    put_away: set[str] = set()
    ids = [one.id for one in records]
    for begin in range(0, len(ids), _CHUNK):
        those = archive_package.c.record.in_(ids[begin : begin + _CHUNK])
        query = select(archive_package.c.record).where(those, ~archive_package.c.of_incident).distinct()
        put_away |= set(t.connection.execute(query).scalars())
    for one in records:
        yield Case(one.id, one.id in put_away, 0, None if one.id in put_away else "没有归档")


def _whole(records: Sequence[_Record], entries: Sequence[Publication], looked: Looked) -> Iterator[Case]:
    placed = {one.record for one in entries}
    for one in records:
        parts = [
            *([] if one.id in looked.with_course else ["审批表"]),
            *([] if one.id in placed or one.withdrawn else ["发布记录"]),
            *([] if one.item else ["目录项"]),
        ]
        yield Case(one.id, not parts, 0, f"缺{'、'.join(parts)}" if parts else None)

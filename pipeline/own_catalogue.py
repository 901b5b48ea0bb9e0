"""Keeps the office's own catalogue of disclosure items: every change is a new version with who, when and why, an earlier one
stays as it stood; and what was filed (备案) with the level above (二（二）)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from casework.catalogue.changing import TakenIn, Unchangeable, added, changed, taken_in, withdrawn
from casework.catalogue.importing import GoodItem, ReadItem
from pipeline import changes
from pipeline.acts import Actor
from pipeline.attempts import attempting, done_before, note_done
from pipeline.refusals import Refused
from records.catalogues import CatalogueDeed, CatalogueVersion, Filing, FilingNoted
from records.naming import office_name
from records.spreadsheets import BadRow
from regulation.catalogue import Catalogue, number_of
from regulation.catalogue_file import letters, shipped
from regulation.permissions import allowed
from storage.store import Store, Transaction

KEEP, FILE = "keep_catalogue", "file_catalogue"
"""The acts as permissions.yaml and the audit name them."""

_SUBJECT = "catalogue"
_DEFAULT = "H"
_LONGEST_REASON, _LONGEST_TITLE, _LONGEST_PROOF = 500, 100, 1_000


@dataclass(frozen=True, slots=True)
class Meant:
    """Who changes the catalogue when and why; `seen` is the version that they saw, None for none.

    `request` is the number that a repeat carries too.
    """

    actor: Actor
    at: datetime
    reason: str
    seen: int | None
    request: str | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """A version of the office's own catalogue."""

    version: CatalogueVersion
    catalogue: Catalogue


@dataclass
class Imported:
    """What became of a file's rows; `filled` are the rows in which cells go with the ones above."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    filled: int = 0
    bad: list[BadRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Next:
    """A version to be written."""

    catalogue: Catalogue
    last: int
    deed: CatalogueDeed
    item: str | None = None


def own(t: Transaction, number: int | None = None) -> Own | None:
    """A version of the office's own catalogue as it stood, the newest without a number; None where there is none."""
    version = t.catalogues.newest() if number is None else t.catalogues.version(number)
    if version is None:
        return None
    form = replace(shipped(version.letter).form, title=version.title)
    return Own(version, Catalogue(form, t.catalogues.items(version.number)))


def in_force(t: Transaction) -> Catalogue:
    """The office's own catalogue, or the shipped one of 惠党办发〔2019〕48号 while it has none."""
    kept = own(t)
    return shipped(_DEFAULT) if kept is None else kept.catalogue


def start(store: Store, letter: str, title: str, meant: Meant) -> None:
    """Start from a shipped catalogue; one that is kept already is replaced by a new version. Raises Refused."""

    def started(t: Transaction, kept: Own | None) -> _Next:
        if letter not in letters():
            raise Refused(f"没有“{letter[:20]}”这份随附目录：可用 {'、'.join(letters())}")
        base = shipped(letter)
        form = replace(base.form, title=_needed(title, "目录名称", _LONGEST_TITLE))
        last = max(t.catalogues.last_number(letter), *(number_of(item.id) for item in base.items))
        return _Next(replace(base, form=form), last, CatalogueDeed.STARTED)

    _change(store, meant, started)


def add(store: Store, cells: Mapping[str, str], meant: Meant) -> None:
    """Add an item. Raises Refused."""

    def with_item(t: Transaction, kept: Own | None) -> _Next:
        before = _started(kept)
        last = before.version.last + 1
        catalogue, item = added(before.catalogue, last, cells)
        return _Next(catalogue, last, CatalogueDeed.ADDED, item.id)

    _change(store, meant, with_item)


def change(store: Store, item_id: str, cells: Mapping[str, str], meant: Meant) -> None:
    """Change an item. Raises Refused."""

    def with_change(t: Transaction, kept: Own | None) -> _Next:
        before = _started(kept)
        catalogue = changed(before.catalogue, item_id, cells)
        return _Next(catalogue, before.version.last, CatalogueDeed.CHANGED, item_id)

    _change(store, meant, with_change)


def withdraw(store: Store, item_id: str, meant: Meant) -> None:
    """Withdraw an item; earlier versions have it still. Raises Refused."""

    def without_item(t: Transaction, kept: Own | None) -> _Next:
        before = _started(kept)
        catalogue = withdrawn(before.catalogue, item_id)
        return _Next(catalogue, before.version.last, CatalogueDeed.WITHDRAWN, item_id)

    _change(store, meant, without_item)


def import_items(store: Store, rows: Sequence[ReadItem], meant: Meant, *, whole: bool = False) -> Imported:
    """Take in the good rows of a file as one version. `whole`: the file is the catalogue; then no row may be bad.

    Raises Refused.
    """
    good = [row for row in rows if isinstance(row, GoodItem)]
    bad = [row for row in rows if isinstance(row, BadRow)]
    outcome = Imported(bad=bad)

    def with_rows(t: Transaction, kept: Own | None) -> _Next:
        before = _started(kept)
        if bad and whole:
            raise Refused(f"以本表为准时每行都要能读：第{bad[0].number}行{bad[0].reason}")
        if not good:
            raise Refused("表里没有一行可以导入" + (f"：第{bad[0].number}行{bad[0].reason}" if bad else ""))
        found = taken_in(before.catalogue, before.version.last, good, whole=whole)
        if not found.differs:
            raise Refused("表里的各项都与目录相同，没有改动")
        _count(outcome, found, good)
        return _Next(found.catalogue, found.last, CatalogueDeed.IMPORTED)

    _change(store, meant, with_rows)
    return outcome


def note_filing(store: Store, filing: Filing, actor: Actor, request: str | None = None) -> None:
    """Note with whom a version was filed, when, and the proof; or what came back (二（七）6). Raises Refused."""
    with attempting(store, actor, FILE, _SUBJECT, filing.at) as t:
        _check_allowed(actor, FILE, f"您没有权限登记备案：由{office_name()}办理")
        t.catalogues.take_turn()
        if request is not None and done_before(t, request) is not None:
            return
        if t.catalogues.version(filing.version) is None:
            raise Refused(f"没有第 {filing.version} 版")
        if filing.happened_at > filing.at:
            raise Refused("备案时间不能晚于现在")
        if filing.noted is not FilingNoted.FILED and not _is_filed(t, filing.version):
            raise Refused(f"第 {filing.version} 版还没有报送备案：请先登记报送")
        body = _needed(filing.body, "备案机关", _LONGEST_TITLE)
        proof = _needed(filing.proof, "文号、收件人等凭据", _LONGEST_PROOF)
        t.catalogues.add_filing(replace(filing, body=body, proof=proof, actor=actor.name))
        if request is not None:
            note_done(t, request, _SUBJECT)
        facts = {"version": filing.version, "noted": filing.noted.value, "body": body}
        t.audit.append(filing.at, actor.name, actor.role, FILE, _SUBJECT, True, facts)


def _change(store: Store, meant: Meant, work: Callable[[Transaction, Own | None], _Next]) -> None:
    """Write what `work` makes of the newest version as the next one, for somebody who may and saw that one. Raises Refused."""
    with attempting(store, meant.actor, KEEP, _SUBJECT, meant.at) as t:
        _check_allowed(meant.actor, KEEP, f"您没有权限改动公开目录：由{office_name()}办理")
        t.catalogues.take_turn()
        if meant.request is not None and done_before(t, meant.request) is not None:
            return
        kept = own(t)
        if kept is not None and kept.version.number != meant.seen:
            newest = kept.version
            raise Refused(f"目录已有新的版本（第 {newest.number} 版，{newest.actor}），请刷新后再改")
        try:
            following = work(t, kept)
        except Unchangeable as fault:
            raise Refused(str(fault)) from None
        _keep(t, meant, following, 1 if kept is None else kept.version.number + 1)


def _keep(t: Transaction, meant: Meant, following: _Next, number: int) -> None:
    form = following.catalogue.form
    version = CatalogueVersion(
        number=number,
        letter=form.letter,
        title=form.title,
        deed=following.deed,
        item=following.item,
        reason=_needed(meant.reason, "改动的理由", _LONGEST_REASON),
        last=following.last,
        at=meant.at,
        actor=meant.actor.name,
    )
    before = changes.catalogue_of(t)
    t.catalogues.add(version, following.catalogue.items)
    if meant.request is not None:
        note_done(t, meant.request, str(number))
    facts = {"version": number, "deed": version.deed.value, "item": version.item, "reason": version.reason}
    seq = t.audit.append(meant.at, meant.actor.name, meant.actor.role, KEEP, _SUBJECT, True, facts)
    changes.note(t, seq, changes.CATALOGUE, _SUBJECT, before, number, meant.at)


def put_back(t: Transaction, number: int, actor: Actor, at: datetime) -> int:
    """Write a version anew that holds what version `number` held; its number."""
    t.catalogues.take_turn()
    kept, newest = own(t, number), t.catalogues.newest()
    if kept is None or newest is None:
        raise Refused(f"没有第 {number} 版")
    version = replace(
        kept.version,
        number=newest.number + 1,
        deed=CatalogueDeed.PUT_BACK,
        item=None,
        reason=f"撤销第 {newest.number} 版，恢复第 {number} 版的内容",
        last=max(kept.version.last, newest.last if newest.letter == kept.version.letter else 0),
        at=at,
        actor=actor.name,
    )
    t.catalogues.add(version, kept.catalogue.items)
    return version.number


def _count(outcome: Imported, found: TakenIn, good: Sequence[GoodItem]) -> None:
    outcome.new, outcome.changed = found.new, found.changed
    outcome.unchanged, outcome.withdrawn = found.unchanged, found.withdrawn
    outcome.filled = sum(bool(row.joined) for row in good)


def _started(kept: Own | None) -> Own:
    if kept is None:
        raise Refused("本单位还没有自己的目录：请先从一份随附的目录开始")
    return kept


def _is_filed(t: Transaction, version: int) -> bool:
    return any(one.version == version and one.noted is FilingNoted.FILED for one in t.catalogues.filings())


def _check_allowed(actor: Actor, act: str, otherwise: str) -> None:
    if actor.role is not None and not allowed(actor.role, act):
        raise Refused(otherwise)


def _needed(text: str, what: str, longest: int) -> str:
    written = " ".join(text.split())
    if not written:
        raise Refused(f"请填写{what}")
    if len(written) > longest:
        raise Refused(f"{what}不能超过 {longest} 字")
    return written

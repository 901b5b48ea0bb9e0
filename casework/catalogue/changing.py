"""Changes a catalogue of disclosure items: adds, changes, withdraws an item, takes in the rows of a file; catalogue in,
catalogue out. A number that an item once had is never given to another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from casework.catalogue.importing import GoodItem
from regulation.catalogue import BadItem, Catalogue, Form, Item, checked


class Unchangeable(ValueError):
    """A change that cannot be made. The message is Chinese."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A catalogue before and after the rows of a file, the highest number given, and how many items became what."""

    before: Catalogue
    catalogue: Catalogue
    last: int
    new: int
    changed: int
    unchanged: int
    withdrawn: int

    @property
    def differs(self) -> bool:
        """Whether anything is otherwise than before."""
        return self.catalogue.items != self.before.items


def added(catalogue: Catalogue, number: int, cells: Mapping[str, str]) -> tuple[Catalogue, Item]:
    """A new item, after the last one that shares the most levels with it. Raises Unchangeable."""
    item = _new(catalogue.form, number, cells)
    _check_new(catalogue.items, item)
    return replace(catalogue, items=_placed(catalogue.items, item)), item


def changed(catalogue: Catalogue, item_id: str, cells: Mapping[str, str]) -> Catalogue:
    """An item with other cells; it moves only where its levels change. Raises Unchangeable."""
    before = _known(catalogue, item_id)
    item = _changed(catalogue.form, before, cells)
    if _same(catalogue.form, item, before):
        raise Unchangeable("没有改动：各栏都与原来相同")
    others = tuple(one for one in catalogue.items if one.id != item_id)
    _check_new(others, item)
    if item.levels != before.levels:
        return replace(catalogue, items=_placed(others, item))
    return replace(catalogue, items=tuple(item if one.id == item_id else one for one in catalogue.items))


def withdrawn(catalogue: Catalogue, item_id: str) -> Catalogue:
    """The catalogue without an item. Raises Unchangeable."""
    _known(catalogue, item_id)
    if len(catalogue.items) == 1:
        raise Unchangeable("这是目录里的最后一项，不能撤销")
    return replace(catalogue, items=tuple(one for one in catalogue.items if one.id != item_id))


def taken_in(catalogue: Catalogue, last: int, rows: Iterable[GoodItem], *, whole: bool) -> TakenIn:
    """The catalogue after the rows of a file: an item that is there (by its id, else by levels and content) changes, the
    others are new. `whole`: the file is the catalogue, in its order; what it lacks is withdrawn. Raises Unchangeable."""
    left = {item.id: item for item in catalogue.items}
    found: list[tuple[Item | None, Item]] = []
    highest = last
    for row in rows:
        before = _meant(catalogue, left, row)
        if before is None:
            highest += 1
            found.append((None, _new(catalogue.form, highest, row.cells, row.joined)))
        else:
            del left[before.id]
            found.append((before, _changed(catalogue.form, before, row.cells)))
    items = tuple(item for _, item in found) if whole else _merged(catalogue.items, found)
    for place, item in enumerate(items):
        _check_new(items[:place], item)
    altered = [item for before, item in found if before is not None and not _same(catalogue.form, item, before)]
    new = sum(before is None for before, _ in found)
    return TakenIn(
        before=catalogue,
        catalogue=replace(catalogue, items=items),
        last=highest,
        new=new,
        changed=len(altered),
        unchanged=len(found) - new - len(altered),
        withdrawn=len(left) if whole else 0,
    )


def _merged(items: Sequence[Item], found: Iterable[tuple[Item | None, Item]]) -> tuple[Item, ...]:
    merged = tuple(items)
    for before, item in found:
        if before is None or item.levels != before.levels:
            merged = _placed(tuple(one for one in merged if one.id != item.id), item)
        else:
            merged = tuple(item if one.id == item.id else one for one in merged)
    return merged


def _placed(items: Sequence[Item], item: Item) -> tuple[Item, ...]:
    """The items with one more, after the last of those that share the most levels with it."""
    shared = [_shared(one, item) for one in items]
    most = max(shared, default=0)
    place = len(shared) - shared[::-1].index(most) if most else len(shared)
    return (*items[:place], item, *items[place:])


def _shared(one: Item, other: Item) -> int:
    """How many levels two items share, from the first on."""
    pairs = zip(one.levels, other.levels, strict=True)
    return next((depth for depth, (mine, its) in enumerate(pairs) if mine != its), len(one.levels))


def _meant(catalogue: Catalogue, left: Mapping[str, Item], row: GoodItem) -> Item | None:
    if row.id is not None:
        if row.id not in left:
            raise Unchangeable(f"第{row.number}行：目录里没有编号为“{row.id[:20]}”的一项，或它在表里重复")
        return left[row.id]
    path = _new(catalogue.form, 1, row.cells).path
    return next((item for item in left.values() if item.path == path), None)


def _new(form: Form, number: int, cells: Mapping[str, str], joined: frozenset[str] = frozenset()) -> Item:
    written = {key: _clean(cells, key) for key in form.cells}
    try:
        return checked(form, Item(id=f"{form.letter}{number}", joined=joined, **written))
    except BadItem as fault:
        raise Unchangeable(str(fault)) from None


def _changed(form: Form, before: Item, cells: Mapping[str, str]) -> Item:
    """The item with these cells; one that is otherwise now is no longer joined with the cell above."""
    written = {key: _clean(cells, key) for key in form.cells}
    joined = frozenset(key for key in before.joined if written[key] == before.cell(key))
    try:
        return checked(form, replace(before, **written, joined=joined))
    except BadItem as fault:
        raise Unchangeable(str(fault)) from None


def _clean(cells: Mapping[str, str], key: str) -> str:
    return " ".join(cells.get(key, "").split())


def _check_new(others: Iterable[Item], item: Item) -> None:
    twin = next((one for one in others if one.path == item.path), None)
    if twin is not None:
        raise Unchangeable(f"目录里已有各级目录和公开内容都相同的一项（{twin.id}）")


def _same(form: Form, one: Item, other: Item) -> bool:
    return all(one.cell(key) == other.cell(key) for key in form.cells)


def _known(catalogue: Catalogue, item_id: str) -> Item:
    item = catalogue.item(item_id)
    if item is None:
        raise Unchangeable(f"目录里没有编号为“{item_id[:20]}”的一项，请刷新")
    return item

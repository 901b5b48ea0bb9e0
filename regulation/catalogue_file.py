"""Reads catalogue_h.yaml and catalogue_e.yaml, the annexes of the two documents, into catalogues: as they are used, and as
they are printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from records.shipped_files import content_of
from regulation.catalogue import LEVELS, NUMBER, BadItem, Catalogue, Column, Form, Item, checked, is_id
from regulation.clauses import UnknownClause, citation

_FILES = {letter: Path(__file__).with_name(f"catalogue_{letter.lower()}.yaml") for letter in "HE"}
_PARTS = {"letter", "document", "title", "clause", "columns", "tells", "items"}


class BadCatalogue(ValueError):
    """A catalogue that cannot be used. The message is Chinese and names the file, the row and the column."""


def shipped(letter: str) -> Catalogue:
    """The catalogue that comes with the program: H or E. Raises KeyError."""
    return _read(letter)[0]


def printed(letter: str) -> Catalogue:
    """The same as its annex prints it, plain slips and all. Raises KeyError."""
    return _read(letter)[1]


def letters() -> tuple[str, ...]:
    """The shipped catalogues."""
    return tuple(_FILES)


def catalogues_from(content: Any, file: str) -> tuple[Catalogue, Catalogue]:
    """A catalogue as it is used and as its annex prints it. Raises BadCatalogue."""
    if not isinstance(content, dict) or content.keys() != _PARTS or not isinstance(content["items"], list):
        raise BadCatalogue(f"{file}：应有且只有 {'、'.join(sorted(_PARTS))} 这几部分")
    form = _form(content, file)
    used: list[Item] = []
    as_printed: list[Item] = []
    for number, row in enumerate(content["items"], 1):
        place = f"{file} 第{number}行"
        _check_row(row, form, place, first=not used)
        place = f"{place}（{row['id']}）"
        slips = row.get("printed", {})
        cells = {key: value for key, value in row.items() if key != "printed"}
        used.append(_item(cells, used[-1] if used else None, form, place))
        as_printed.append(_filled({**cells, **slips}, as_printed[-1] if as_printed else None, form, place))
    twice = sorted({item.id for item in used if sum(other.id == item.id for other in used) > 1})
    if twice:
        raise BadCatalogue(f"{file}：编号重复：{'、'.join(twice)}")
    return Catalogue(form, tuple(used)), Catalogue(form, tuple(as_printed))


def _form(content: Mapping[str, Any], file: str) -> Form:
    known = {field.name for field in fields(Item)} - {"id", "joined"} | {NUMBER}
    try:
        columns = tuple(Column(**row) for row in content["columns"])
        form = Form(
            **{key: content[key] for key in ("letter", "document", "title", "clause")},
            columns=columns,
            **content["tells"],
        )
        citation(form.clause)
    except (TypeError, UnknownClause):
        raise BadCatalogue(f"{file}：“columns”“tells”或“clause”写得不对") from None
    keys = [column.key for column in columns]
    if set(keys) - known or len(set(keys)) != len(keys) or not {form.scope, form.platforms} <= set(keys):
        raise BadCatalogue(f"{file}：“columns”里有不认识或重复的栏目，或“tells”所指的栏目不在其中")
    return form


def _check_row(row: Any, form: Form, place: str, *, first: bool) -> None:
    if not isinstance(row, dict) or not is_id(row.get("id"), form.letter):
        raise BadCatalogue(f"{place}：缺少编号“id”（{form.letter} 和数字，如 {form.letter}12）")
    place = f"{place}（{row['id']}）"
    unknown = sorted(row.keys() - {"id", "joined", "printed", *form.cells})
    if unknown:
        raise BadCatalogue(f"{place}：没有“{unknown[0]}”这一栏")
    joined = row.get("joined", [])
    strays = sorted(set(joined) - set(form.cells) | set(LEVELS) & set(joined) | row.keys() & set(joined))
    if strays or (first and joined):
        raise BadCatalogue(f"{place}：“joined”里的“{(strays or joined)[0]}”不能与上一行合并")


def _item(row: Mapping[str, Any], above: Item | None, form: Form, place: str) -> Item:
    try:
        return checked(form, _filled(row, above, form, place))
    except BadItem as fault:
        raise BadCatalogue(f"{place}：{fault}") from None


def _filled(row: Mapping[str, Any], above: Item | None, form: Form, place: str) -> Item:
    """The item of a row, with what it shares with the row above. A level that changes must be followed by those below."""
    levels = [key for key in form.cells if key in LEVELS]
    given = [key in row for key in levels]
    changed = given.index(True) if True in given else len(levels)
    joined = frozenset(row.get("joined", ()))
    shared = {*levels[:changed], *joined}
    missing = next((key for key in form.cells if above is None and key in shared), None)
    missing = missing or next((key for key in levels[changed:] if key not in row), None)
    if missing is not None:
        raise BadCatalogue(f"{place}：“{form.heading(missing)}”没有填写")
    cells = {key: above.cell(key) if above and key in shared else _text(row, key, form, place) for key in form.cells}
    return Item(id=row["id"], joined=joined, **cells)


def _text(row: Mapping[str, Any], key: str, form: Form, place: str) -> str:
    value = row.get(key, "")
    if not isinstance(value, str):
        raise BadCatalogue(f"{place}：“{form.heading(key)}”应为文字")
    return value.strip()


@cache
def _read(letter: str) -> tuple[Catalogue, Catalogue]:
    file = _FILES[letter]
    return catalogues_from(content_of(file), file.name)

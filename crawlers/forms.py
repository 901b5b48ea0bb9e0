"""Turns a source kind's options into the fields of a form, and what is filled in into a row of the sources file.

The types come from the options themselves, the Chinese words from options.yaml.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from crawlers.reading import Via
from crawlers.sources import BadSources, Row, options_of, rows_in, via_of
from records.shipped_files import content_of

_FILE = Path(__file__).with_name("options.yaml")
_READ = "read"


class Shape(StrEnum):
    """How a field is filled in. LINES are several texts, one a line; PRESENT says whether a group of options is there."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    SWITCH = "switch"
    CHOICE = "choice"
    LINES = "lines"
    PRESENT = "present"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a form asks for. `path` leads to it from the top of a row; `more` says that few will need it.

    A blank says nothing, unless `blank_counts`.
    """

    path: tuple[str, ...]
    label: str
    help: str
    shape: Shape
    default: Any = None
    needed: bool = False
    choices: tuple[str, ...] = ()
    more: bool = False
    blank_counts: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """What a source kind is called, when it is the one to choose, and what it asks for."""

    kind: str
    label: str
    about: str
    fields: tuple[Field, ...]


@cache
def form_of(kind: str) -> Form:
    """The form of a kind; one that options.yaml does not know asks for what every row has."""
    words = _words()
    known = words["kinds"].get(kind, {"label": kind, "about": "", "keys": []})
    web = via_of(kind) is Via.WEB
    common = [_field(Row, (), word) for word in words["row"] if web or word["key"] != "url"]
    own = [_field(options_of(kind), (_READ,), word) for word in known["keys"]]
    return Form(kind, known["label"], known["about"], (*common, *own))


def value_at(row: Mapping[str, Any], field: Field) -> Any:
    """What a row says for the field; its default where it says nothing."""
    found: Any = row
    for key in field.path:
        if not isinstance(found, Mapping) or key not in found:
            return False if field.shape is Shape.PRESENT else field.default
        found = found[key]
    if field.shape is Shape.PRESENT:
        return found is not None
    return [found] if field.shape is Shape.LINES and isinstance(found, str) else found


def rest_of(row: Mapping[str, Any], form: Form) -> dict[str, Any]:
    """What a row says besides the form's fields."""
    rest: dict[str, Any] = deepcopy(dict(row))
    for path in [("kind",), ("enabled",), *(field.path for field in form.fields if field.shape is not Shape.PRESENT)]:
        _take(rest, path)
    return _without_empty(rest)


def rest_in(text: str) -> dict[str, Any]:
    """The further keys of a row that somebody typed as YAML. Raises BadSources."""
    if not text.strip():
        return {}
    rows = rows_in(text, "其余项目")
    if len(rows) != 1 or not isinstance(rows[0], dict):
        raise BadSources("其余项目：应为一组“项目: 值”")
    return rows[0]


def row_from(
    kind: str, values: Mapping[tuple[str, ...], Any], rest: Mapping[str, Any], enabled: bool = True
) -> dict[str, Any]:
    """The row that a filled-in form says, with what else the row says. Blank fields and defaults are left out."""
    fields = [field for field in form_of(kind).fields if field.path in values]
    absent = [field.path for field in fields if field.shape is Shape.PRESENT and not values[field.path]]
    row: dict[str, Any] = {}
    for field in fields:
        if not any(field.path[: len(path)] == path for path in absent):
            _set(row, field, values[field.path])
    written = deepcopy(dict(rest))
    for path in absent:
        _take(written, path)
    _merge(row, written)
    read = row.pop(_READ, None)
    state = {} if enabled else {"enabled": False}
    return {**row, "kind": kind, **state, **({_READ: read} if read else {})}


def _set(row: dict[str, Any], field: Field, value: Any) -> None:
    value = _tidy(field, value)
    if value is None or (value == field.default and not field.needed):
        return
    place = row
    for key in field.path[:-1]:
        place = place.setdefault(key, {})
    if field.shape is Shape.PRESENT:
        place.setdefault(field.path[-1], value)
    else:
        place[field.path[-1]] = value


def _tidy(field: Field, value: Any) -> Any:
    """The value as a row has it; None for a blank."""
    if field.shape is Shape.PRESENT:
        return {} if value else None
    if field.shape is Shape.LINES:
        lines = value.splitlines() if isinstance(value, str) else list(value or ())
        kept = [str(line).strip() for line in lines if str(line).strip()]
        return None if not kept and not field.default else kept
    if isinstance(value, str):
        return value.strip() or ("" if field.blank_counts else None)
    if field.shape is Shape.NUMBER and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _take(row: dict[str, Any], path: tuple[str, ...]) -> None:
    inner = row.get(path[0])
    if len(path) == 1:
        row.pop(path[0], None)
    elif isinstance(inner, dict):
        _take(inner, path[1:])


def _without_empty(row: Mapping[str, Any]) -> dict[str, Any]:
    tidied = {key: _without_empty(value) if isinstance(value, dict) else value for key, value in row.items()}
    return {key: value for key, value in tidied.items() if value != {}}


def _merge(row: dict[str, Any], rest: Mapping[str, Any]) -> None:
    for key, value in rest.items():
        if isinstance(value, dict) and isinstance(row.get(key), dict):
            _merge(row[key], value)
        else:
            row.setdefault(key, value)


def _field(model: type[BaseModel], above: tuple[str, ...], word: Mapping[str, Any]) -> Field:
    path = tuple(str(word["key"]).split("."))
    info = _info(model, path)
    shape, choices = _shape(info.annotation)
    default = info.get_default(call_default_factory=True) if not info.is_required() else None
    if isinstance(default, tuple):
        default = list(default)
    return Field(
        path=(*above, *path),
        label=word["label"],
        help=word["help"],
        shape=shape,
        default=None if shape is Shape.PRESENT else default,
        needed=(info.is_required() and len(path) == 1) or word["key"] == "url",
        choices=choices,
        more=word.get("more", False),
        blank_counts=word.get("blank_counts", False),
    )


def _info(model: type[BaseModel], path: tuple[str, ...]) -> FieldInfo:
    info = model.model_fields[path[0]]
    if len(path) == 1:
        return info
    inner = _bare(info.annotation)
    if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
        raise LookupError(f"{_FILE.name}: {'.'.join(path)} leads nowhere")
    return _info(inner, path[1:])


def _bare(annotation: Any) -> Any:
    """The type without `None` and without what pydantic adds to it."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        kinds = [part for part in get_args(annotation) if part is not type(None)]
        return _bare(kinds[0]) if len(kinds) == 1 else annotation
    return annotation


def _shape(annotation: Any) -> tuple[Shape, tuple[str, ...]]:
    bare = _bare(annotation)
    if get_origin(bare) is tuple:
        return Shape.LINES, ()
    if get_origin(bare) is Literal:
        return Shape.CHOICE, tuple(str(choice) for choice in get_args(bare))
    if isinstance(bare, type) and issubclass(bare, Enum):
        return Shape.CHOICE, tuple(str(choice.value) for choice in bare)
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        return Shape.PRESENT, ()
    shapes: Mapping[Any, Shape] = {str: Shape.TEXT, int: Shape.WHOLE, float: Shape.NUMBER, bool: Shape.SWITCH}
    if bare not in shapes:
        raise LookupError(f"{_FILE.name}: no field can ask for a {bare}")
    return shapes[bare], ()


@cache
def _words() -> Mapping[str, Any]:
    words: Mapping[str, Any] = content_of(_FILE)
    return words


def forms(kinds: Iterable[str]) -> list[Form]:
    """The forms of these kinds, in the order in which options.yaml has them."""
    order = list(_words()["kinds"])
    return [
        form_of(kind) for kind in sorted(kinds, key=lambda kind: order.index(kind) if kind in order else len(order))
    ]

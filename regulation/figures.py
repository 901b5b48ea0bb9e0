"""Reads a file of named figures, which the settings may change one by one; its clause stays what it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from records.shipped_files import content_of
from regulation.rule_rows import BadRules

M = TypeVar("M", bound=BaseModel)

_FIXED = "clause"
_FAULTS = {"extra_forbidden": "没有这一项", "missing": "缺少这一项"}


def figures(model: type[M], path: Path, setting: str, changes: Mapping[str, Any] | None) -> M:
    """The figures in force, with what the settings change under `setting`. Raises BadRules naming file or setting."""
    changed = dict(changes or {})
    if _FIXED in changed:
        raise BadRules(f"设置 {setting}：不能改 {_FIXED}")
    try:
        return model.model_validate(content_of(path) | changed)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = str(first["loc"][0]) if first["loc"] else ""
        place = f"设置 {setting}" if key in changed else path.name
        told = str(first["ctx"]["error"]) if first["type"] == "value_error" else "的值不对"
        raise BadRules(f"{place}：“{key}”{_FAULTS.get(first['type'], told)}") from None

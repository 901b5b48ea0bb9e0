"""Asks for many rows by their keys with one parameter: thousands of parameters take longer to write down than to look up."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, Column, ColumnElement, Connection, any_, bindparam, func, select


def among(connection: Connection, column: Column[Any], keys: Sequence[str] | Sequence[int]) -> ColumnElement[bool]:
    """Whether the column is one of these; the statement is the same text however many there are, so it is compiled once."""
    if connection.dialect.name == "sqlite":
        listed = func.json_each(json.dumps(list(keys), ensure_ascii=False)).table_valued("value")
        return column.in_(select(listed.c.value))
    return column == any_(bindparam(None, list(keys), type_=ARRAY(column.type)))

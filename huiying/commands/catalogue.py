"""`huiying catalogue`: a shipped catalogue of disclosure items as JSON Lines, as its annex prints it."""

from __future__ import annotations

import json
from typing import Any

import click

from huiying.chinese import ChineseCommand
from regulation.catalogue import Form, Item
from regulation.catalogue_file import letters, printed, shipped


@click.command(
    cls=ChineseCommand,
    help="列出随附的公开目录（JSON Lines）：H 为惠党办发〔2019〕48号附件2，E 为鄂政协机党组发〔2022〕50号附件。",
)
@click.option("--document", type=click.Choice(letters()), required=True, help="哪一份目录")
def command(document: str) -> None:
    """Print one item a line; `repaired` has what the desk reads where the print has a plain slip."""
    rows = zip(printed(document).items, shipped(document).items, strict=True)
    for number, (item, repaired) in enumerate(rows, 1):
        click.echo(json.dumps(_row(printed(document).form, number, item, repaired), ensure_ascii=False))


def _row(form: Form, number: int, item: Item, repaired: Item) -> dict[str, Any]:
    row: dict[str, Any] = {
        "number": number,
        "levels": list(item.levels),
        "content": item.content,
        "scope": item.scope,
        "way": item.way,
        "platform": item.platform,
        "time_limit": item.time_limit,
        "unit": list(item.units),
        "note": item.note,
        "id": item.id,
    }
    changed = {key: repaired.cell(key) for key in form.cells if repaired.cell(key) != item.cell(key)}
    return {**row, "repaired": changed} if changed else row

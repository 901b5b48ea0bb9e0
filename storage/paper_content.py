"""Writes what a paper says as plain values that a store keeps, and reads it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from records.papers import (
    Basis,
    Block,
    Chart,
    Content,
    Ledger,
    PaperSection,
    Paragraph,
    Series,
    Shape,
    Statement,
    Table,
)

_PARAGRAPH, _TABLE, _CHART = "paragraph", "table", "chart"


def written(content: Content) -> dict[str, Any]:
    """The content as mappings, lists, texts and numbers."""
    return {
        "title": content.title,
        "sections": [
            {"heading": one.heading, "blocks": [_block_written(block) for block in one.blocks]}
            for one in content.sections
        ],
    }


def read(values: Mapping[str, Any]) -> Content:
    """What `written` was given."""
    return Content(
        title=values["title"],
        sections=tuple(
            PaperSection(one["heading"], tuple(_block(block) for block in one["blocks"])) for one in values["sections"]
        ),
    )


def paragraphs_written(paragraphs: Iterable[Paragraph]) -> list[dict[str, Any]]:
    """Paragraphs as plain values."""
    return [_block_written(one) for one in paragraphs]


def paragraphs_read(values: Iterable[Mapping[str, Any]] | None) -> tuple[Paragraph, ...]:
    """What `paragraphs_written` was given; none where nothing was kept."""
    return tuple(one for one in map(_block, values or ()) if isinstance(one, Paragraph))


def _block_written(block: Block) -> dict[str, Any]:
    match block:
        case Paragraph():
            said = [{"text": one.text, "rests_on": _bases_written(one.rests_on)} for one in block.statements]
            return {"is": _PARAGRAPH, "statements": said}
        case Table():
            rows = [list(row) for row in block.rows]
            head = {"is": _TABLE, "title": block.title, "header": list(block.header), "rows": rows}
            return {**head, "rests_on": _bases_written(block.rests_on)}
        case Chart():
            series = [{"name": one.name, "figures": list(one.figures)} for one in block.series]
            head = {"is": _CHART, "title": block.title, "shape": block.shape.value, "unit": block.unit}
            return {
                **head,
                "labels": list(block.labels),
                "series": series,
                "rests_on": _bases_written(block.rests_on),
            }


def _bases_written(bases: Sequence[Basis]) -> list[dict[str, Any]]:
    return [{"ledger": one.ledger.value, "words": one.words, "refs": list(one.refs)} for one in bases]


def _block(values: Mapping[str, Any]) -> Block:
    match values["is"]:
        case "paragraph":
            return Paragraph(tuple(Statement(one["text"], _bases(one["rests_on"])) for one in values["statements"]))
        case "table":
            rows = tuple(tuple(row) for row in values["rows"])
            return Table(values["title"], tuple(values["header"]), rows, _bases(values["rests_on"]))
        case "chart":
            return Chart(
                title=values["title"],
                shape=Shape(values["shape"]),
                labels=tuple(values["labels"]),
                series=tuple(Series(one["name"], tuple(one["figures"])) for one in values["series"]),
                unit=values["unit"],
                rests_on=_bases(values["rests_on"]),
            )
        case other:
            raise ValueError(f"no such block in a paper: {other!r}")


def _bases(values: Sequence[Mapping[str, Any]]) -> tuple[Basis, ...]:
    return tuple(Basis(Ledger(one["ledger"]), one["words"], tuple(one["refs"])) for one in values)

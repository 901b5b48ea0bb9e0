"""Draws bars and lines so that one series can be told from another without colour: hatches, dashes and markers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from PIL import Image, ImageDraw

Point = tuple[float, float]
Px = Callable[[float], int]
"""Millimetres in dots."""

_WHITE = "#FFFFFF"


@dataclass(frozen=True, slots=True)
class Ink:
    """How one series looks: bars are filled with `hatch`, lines drawn with `dash` (mm on, off, ...) and a `marker`."""

    color: str
    hatch: str
    dash: tuple[float, ...]
    marker: str


def filled(picture: Image.Image, box: tuple[int, int, int, int], ink: Ink, px: Px) -> None:
    """A bar: solid, or an outline with its hatch."""
    left, top, right, bottom = box
    if right < left or bottom < top:
        return
    pen = ImageDraw.Draw(picture)
    if ink.hatch == "none":
        pen.rectangle(box, fill=ink.color)
        return
    bar = Image.new("RGB", (right - left + 1, bottom - top + 1), _WHITE)
    _hatch(ImageDraw.Draw(bar), bar.width, bar.height, ink, px)
    picture.paste(bar, (left, top))
    pen.rectangle(box, outline=ink.color, width=max(1, px(0.2)))


def dashed(pen: Any, points: Sequence[Point], ink: Ink, px: Px) -> None:
    """A line through the points; its dashes go on round the corners."""
    width = px(0.4)
    if not ink.dash:
        pen.line(list(points), fill=ink.color, width=width, joint="curve")
        return
    lengths = [float(px(one)) for one in ink.dash]
    turn, left = 0, lengths[0]
    for (x0, y0), (x1, y1) in pairwise(points):
        whole = math.hypot(x1 - x0, y1 - y0)
        done = 0.0
        while done < whole:
            step = min(left, whole - done)
            if turn % 2 == 0:
                ends = [(x0 + (x1 - x0) * at / whole, y0 + (y1 - y0) * at / whole) for at in (done, done + step)]
                pen.line(ends, fill=ink.color, width=width)
            done, left = done + step, left - step
            if left <= 0:
                turn += 1
                left = lengths[turn % len(lengths)]


def marked(pen: Any, point: Point, ink: Ink, px: Px, radius: float = 0.9) -> None:
    """The marker of a series at a point, `radius` mm."""
    x, y = point
    r = px(radius)
    fill = _WHITE if ink.marker.startswith("hollow_") else ink.color
    outline = {"fill": fill, "outline": ink.color, "width": max(1, px(0.3))}
    match ink.marker.removeprefix("hollow_"):
        case "circle":
            pen.ellipse((x - r, y - r, x + r, y + r), **outline)
        case "square":
            pen.rectangle((x - r, y - r, x + r, y + r), **outline)
        case "triangle":
            pen.polygon([(x, y - r), (x + r, y + r), (x - r, y + r)], **outline)
        case "diamond":
            pen.polygon([(x, y - r), (x + r, y), (x, y + r), (x - r, y)], **outline)
        case other:
            raise ValueError(f"no marker {other!r}")


def _hatch(pen: Any, width: int, height: int, ink: Ink, px: Px) -> None:
    gap, stroke = px(1.2), px(0.25)
    if ink.hatch in {"rising", "cross"}:
        for at in range(0, width + height, gap):
            pen.line((at, 0, at - height, height), fill=ink.color, width=stroke)
    if ink.hatch in {"falling", "cross"}:
        for at in range(-height, width, gap):
            pen.line((at, 0, at + height, height), fill=ink.color, width=stroke)
    if ink.hatch == "dots":
        for row, y in enumerate(range(gap // 2, height, gap)):
            for x in range(gap // 2 + row % 2 * gap // 2, width, gap):
                pen.ellipse((x - stroke, y - stroke, x + stroke, y + stroke), fill=ink.color)

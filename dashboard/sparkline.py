"""Draws numbers of one day after another as a row of small bars: an image without any text, made on the spot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashboard.colours import APART

_BAR, _GAP, _HEIGHT, _LEAST, _MARGIN = 3, 1, 24, 2, 4
_COLOUR, _GROUND = APART[0], "#c8d2dc"


def sparkline(numbers: Sequence[int], bar: int = _BAR) -> str:
    """The bars as SVG, `bar` wide, the highest as high as the image; a day with nothing is a line on the ground."""
    width = len(numbers) * (bar + _GAP) + 2 * _MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{_HEIGHT}" viewBox="0 0 {width} {_HEIGHT}">'
        f"{''.join(_bars(numbers, bar))}</svg>"
    )


def _bars(numbers: Sequence[int], bar: int) -> Iterator[str]:
    most = max(numbers, default=0)
    for place, number in enumerate(numbers):
        height = max(_LEAST, round(_HEIGHT * number / most)) if number else 1
        colour = _COLOUR if number else _GROUND
        yield (
            f'<rect x="{_MARGIN + place * (bar + _GAP)}" y="{_HEIGHT - height}" width="{bar}" height="{height}" '
            f'fill="{colour}"/>'
        )

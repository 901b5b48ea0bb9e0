"""Draws a chart as a picture that can be read in black and white; the same chart gives the same bytes on a machine."""

from __future__ import annotations

import io
import math
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageColor, ImageDraw, ImageFont

from casework.paper import printable
from casework.reports.fonts import face_of
from casework.reports.ink import Ink, dashed, filled, marked
from casework.reports.tables import shown
from records.papers import Chart, Series, Shape
from records.shipped_files import content_of

_STYLE_FILE = Path(__file__).with_suffix(".yaml")
_TICKS = 6
"""At most so many lines across."""

_LABEL_LINES = {Shape.BARS: 8, Shape.LINES: 2}
"""So many lines may a label take. Below a line of figures not every label need be written, below a bar it must."""

_FEW, _MARKER, _SMALL_MARKER = 16, 0.9, 0.6
"""Where there are more points than a few, their markers (mm) are small."""

_WHOLE = re.compile(r"[0-9]+[.%]?|.", re.DOTALL)
"""What stays on one line of a label."""

_SHADES = 16
_BLACK, _GREY, _WHITE = "#000000", "#BFBFBF", "#FFFFFF"


class NoFont(Exception):
    """The machine has no font for Chinese: the figures are to be printed as a table."""


class TooMany(Exception):
    """The chart has more series than there are ways to tell them apart, or nothing to show."""


@dataclass(frozen=True, slots=True)
class Style:
    """How charts are drawn, as charts.yaml says."""

    width: float
    height: float
    dots: int
    font: str
    size: float
    most_bar_figures: int
    inks: tuple[Ink, ...]

    def px(self, mm: float) -> int:
        """Millimetres in dots."""
        return round(mm * self.dots / 25.4)


@dataclass(frozen=True, slots=True)
class _Field:
    """The part of the picture where figures are shown, and the scale of its figures."""

    left: int
    top: int
    right: int
    bottom: int
    low: float
    high: float

    def y(self, figure: float) -> int:
        return round(self.bottom - (figure - self.low) / (self.high - self.low) * (self.bottom - self.top))

    def slot(self, number: int, slots: int) -> tuple[float, float]:
        width = (self.right - self.left) / slots
        return self.left + width * number, self.left + width * (number + 1)


def drawn(chart: Chart) -> bytes:
    """The chart as a PNG picture. Raises NoFont and TooMany."""
    style = look()
    if not 0 < len(chart.series) <= len(style.inks) or not _figures(chart):
        raise TooMany(chart.title)
    face = face_of(style.font)
    if face is None:
        raise NoFont(style.font)
    font = ImageFont.truetype(str(face.file), round(style.size / 72 * style.dots), index=face.index)
    picture = Image.new("RGB", (style.px(style.width), style.px(style.height)), _WHITE)
    pen = ImageDraw.Draw(picture)
    field = _scale(picture, pen, chart, style, font)
    if chart.shape is Shape.BARS:
        _bars(picture, pen, chart, style, field, font)
    else:
        _lines(pen, chart, style, field)
    pen.line((field.left, field.y(max(field.low, 0)), field.right, field.y(max(field.low, 0))), _BLACK, style.px(0.25))
    written = io.BytesIO()
    few = picture.quantize(palette=_palette(), dither=Image.Dither.NONE)
    few.save(written, "PNG", dpi=(style.dots, style.dots))
    return written.getvalue()


def in_words(chart: Chart) -> str:
    """The chart for whoever cannot see the picture."""
    kind = "柱状图" if chart.shape is Shape.BARS else "折线图"
    said = (
        f"{one.name}："
        + "，".join(
            f"{label} {shown(figure, chart.unit)}" for label, figure in zip(chart.labels, one.figures, strict=True)
        )
        for one in chart.series
    )
    return printable(f"{kind}“{chart.title}”。{'；'.join(said)}。")


@cache
def look() -> Style:
    """The style of charts.yaml."""
    rows = content_of(_STYLE_FILE)
    return Style(
        width=rows["width"],
        height=rows["height"],
        dots=rows["dots_per_inch"],
        font=rows["type"]["font"],
        size=rows["type"]["size"],
        most_bar_figures=rows["most_bar_figures"],
        inks=tuple(Ink(f"#{one['color']}", one["hatch"], tuple(one["dash"]), one["marker"]) for one in rows["series"]),
    )


@cache
def _palette() -> Image.Image:
    """The colours that a picture is kept in: greys, and every ink on its way to white."""
    whites = [(255, 255, 255)] * len(look().inks)
    ends = [
        ((0, 0, 0), (255, 255, 255)),
        *zip([ImageColor.getrgb(one.color) for one in look().inks], whites, strict=True),
    ]
    palette = Image.new("P", (1, 1))
    palette.putpalette(
        [
            round(dark + (light - dark) * step / (_SHADES - 1))
            for begin, end in ends
            for step in range(_SHADES)
            for dark, light in zip(begin, end, strict=False)
        ]
    )
    return palette


def ticks(low: float, high: float) -> list[float]:
    """Round figures, evenly apart, from at most `low` to at least `high`."""
    low, high = min(low, 0), max(high, 0)
    if low == high:
        return [0, 1]
    rough = (high - low) / (_TICKS - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(one * power for one in (1, 2, 5, 10) if one * power >= rough * 0.999)
    first, last = math.floor(low / step + 0.001), math.ceil(high / step - 0.001)
    return [round(number * step, 10) for number in range(first, max(last, first + 1) + 1)]


def _figures(chart: Chart) -> list[float]:
    return [figure for one in chart.series for figure in one.figures if figure is not None and math.isfinite(figure)]


def _scale(picture: Image.Image, pen: Any, chart: Chart, style: Style, font: Any) -> _Field:
    """Draw the legend, the scale and the labels; what is left is the field of the figures."""
    figures = _figures(chart)
    marks = ticks(min(figures), max(figures))
    line = round(style.size / 72 * style.dots * 1.3)
    top = _legend(picture, pen, chart, style, font, line) + line // 2 + style.px(1)
    left = max(round(pen.textlength(shown(one), font)) for one in marks) + style.px(3)
    right = picture.width - style.px(2)
    labels = _wrapped(pen, chart, right - left, font)
    deepest = max(map(len, labels))
    field = _Field(left, top, right, picture.height - deepest * line - style.px(2), marks[0], marks[-1])
    for one in marks:
        pen.line((left, field.y(one), right, field.y(one)), _GREY, style.px(0.1))
        pen.text((left - style.px(1.2), field.y(one)), shown(one), _BLACK, font, anchor="rm")
    for number, lines in enumerate(labels):
        begin, end = field.slot(number, len(labels))
        for depth, words in enumerate(lines):
            place = ((begin + end) / 2, field.bottom + style.px(1.2) + depth * line)
            pen.text(place, words, _BLACK, font, anchor="ma")
    return field


def _legend(picture: Image.Image, pen: Any, chart: Chart, style: Style, font: Any, line: int) -> int:
    """The unit at the left, the series after it; the height that they take."""
    pen.text((style.px(1), style.px(1) + line / 2), f"单位：{_flat(chart.unit)}", _BLACK, font, anchor="lm")
    start = x = style.px(6) + round(pen.textlength(f"单位：{_flat(chart.unit)}", font))
    y = style.px(1)
    for one, ink in zip(chart.series, style.inks, strict=False):
        name = _cut(pen, _flat(one.name), picture.width - start - style.px(12), font)
        width = style.px(8) + round(pen.textlength(name, font)) + style.px(4)
        if x > start and x + width > picture.width:
            x, y = start, y + line
        if chart.shape is Shape.BARS:
            filled(picture, (x, y + line // 6, x + style.px(6), y + line * 5 // 6), ink, style.px)
        else:
            dashed(pen, [(x, y + line / 2), (x + style.px(6), y + line / 2)], ink, style.px)
            marked(pen, (x + style.px(3), y + line / 2), ink, style.px)
        pen.text((x + style.px(7), y + line / 2), name, _BLACK, font, anchor="lm")
        x += width
    return y + line


def _bars(picture: Image.Image, pen: Any, chart: Chart, style: Style, field: _Field, font: Any) -> None:
    written = len(chart.labels) * len(chart.series) <= style.most_bar_figures
    for number in range(len(chart.labels)):
        begin, end = field.slot(number, len(chart.labels))
        width = min((end - begin) * 0.8 / len(chart.series), style.px(14))
        x = (begin + end) / 2 - width * len(chart.series) / 2
        for one, ink in zip(chart.series, style.inks, strict=False):
            figure = one.figures[number]
            if figure is not None and math.isfinite(figure):
                y = field.y(figure)
                filled(picture, (round(x), min(y, field.y(0)), round(x + width) - 1, max(y, field.y(0))), ink, style.px)
                if written:
                    pen.text(
                        (x + width / 2, min(y, field.y(0)) - style.px(0.6)), shown(figure), _BLACK, font, anchor="md"
                    )
            x += width


def _lines(pen: Any, chart: Chart, style: Style, field: _Field) -> None:
    for one, ink in zip(chart.series, style.inks, strict=False):
        for stretch in _stretches(one, field):
            dashed(pen, stretch, ink, style.px)
            for point in stretch:
                marked(pen, point, ink, style.px, _MARKER if len(chart.labels) <= _FEW else _SMALL_MARKER)


def _stretches(series: Series, field: _Field) -> list[list[tuple[float, float]]]:
    """The points of a line, apart where a figure is missing."""
    found: list[list[tuple[float, float]]] = [[]]
    for number, figure in enumerate(series.figures):
        if figure is None or not math.isfinite(figure):
            found.append([])
        else:
            begin, end = field.slot(number, len(series.figures))
            found[-1].append(((begin + end) / 2, field.y(figure)))
    return [one for one in found if one]


def _wrapped(pen: Any, chart: Chart, width: float, font: Any) -> list[list[str]]:
    """Each label on as many lines as its slot asks for; where the slots are too small, every n-th label alone."""
    labels = [_flat(one) for one in chart.labels]
    most = _LABEL_LINES[chart.shape]
    for each in range(1, len(labels) + 1):
        room = width / len(labels) * each * 0.94
        lines = [_broken(pen, label, room, font) if number % each == 0 else [""] for number, label in enumerate(labels)]
        fits = room >= pen.textlength("国", font) and (chart.shape is Shape.BARS or max(map(len, lines)) <= most)
        if fits or each == len(labels):
            break
    return [one if len(one) <= most else [*one[: most - 1], "…"] for one in lines]


def _broken(pen: Any, text: str, room: float, font: Any) -> list[str]:
    lines = [""]
    for one in _WHOLE.findall(text):
        if lines[-1] and pen.textlength(lines[-1] + one, font) > room:
            lines.append("")
        lines[-1] += one
    return lines


def _cut(pen: Any, text: str, room: float, font: Any) -> str:
    if pen.textlength(text, font) <= room:
        return text
    while text and pen.textlength(text + "…", font) > room:
        text = text[:-1]
    return text + "…"


def _flat(text: str) -> str:
    return " ".join(printable(text).split())

"""Shows a post with the statements in it that people should verify marked; nothing says whether they are true."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import streamlit as st

from dashboard.wording import plain
from nlp.claims import claims_of


def claims_text(text: str, length: int) -> None:
    """Draw a post of the category 待核实传言, at most `length` characters of it."""
    st.markdown(marked(text, claims_of(text), length))
    st.caption("标出的是可以核实的说法，是否属实由人核实。")


def marked(text: str, spans: Iterable[tuple[int, int]], length: int) -> str:
    """The text as markdown in which all of it is text, its spans on a coloured ground; cut at `length` with an ellipsis."""
    kept = text if len(text) <= length else text[: length - 1]
    return coloured(kept, [(start, end, "orange") for start, end in spans]) + ("" if kept == text else "…")


def coloured(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    """The text as markdown in which all of it is text, each span on the ground of its colour; where two overlap, the later
    one goes on where the earlier one ends."""
    at, parts = 0, list[str]()
    for start, end, colour in sorted(spans):
        if end > at:
            parts += [
                inert_lines(text[at:start], str),
                inert_lines(text[max(at, start) : end], f":{colour}-background[{{}}]".format),
            ]
            at = end
    return "".join((*parts, inert_lines(text[at:], str)))


def inert_lines(piece: str, drawn: Callable[[str], str]) -> str:
    """A piece of a text as markdown in which all of it is text, its line ends and the blanks at its ends kept."""
    return "  \n".join(_line(line, drawn) for line in piece.split("\n"))


def _line(line: str, drawn: Callable[[str], str]) -> str:
    said = plain(line)
    if not said:
        return line and " "
    return f"{' ' * line[0].isspace()}{drawn(said)}{' ' * line[-1].isspace()}"

"""Shows a post with the statements in it that people should verify marked; nothing says whether they are true."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import streamlit as st

from dashboard.wording import shown_text
from nlp.claims import claims_of


def claims_text(text: str, length: int) -> None:
    """Draw a post of the category 待核实传言, at most `length` characters of it."""
    st.html(f'<div style="white-space: pre-wrap">{marked(text, claims_of(text), length)}</div>')
    st.caption("标出的是可以核实的说法，是否属实由人核实。")


def marked(text: str, spans: Iterable[tuple[int, int]], length: int) -> str:
    """The text as HTML, whatever stands in it being text, with its spans in <mark>; cut at `length` with an ellipsis."""
    parts: list[str] = []
    kept, at = (text, 0) if len(text) <= length else (text[: length - 1], 0)
    for start, end in sorted(spans):
        parts += [_inert(kept[at:start]), f"<mark>{said}</mark>" if (said := _inert(kept[start:end])) else ""]
        at = max(at, end)
    return "".join((*parts, _inert(kept[at:]), "" if kept == text else "…"))


def _inert(text: str) -> str:
    return escape(shown_text(text), quote=True)

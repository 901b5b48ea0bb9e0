"""One person's visit to a page: who they are and where the other pages are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard.navigation import Place
from dashboard.wording import plain, shortened
from records.people import Person


@dataclass(frozen=True)
class Visit:
    """`pages` are Streamlit's own page objects, needed for links that do not load the desk anew."""

    person: Person
    pages: Mapping[Place, StreamlitPage]

    def link(self, place: Place, label: str, item: str | None = None, length: int = 60) -> None:
        """Draw a link to a page, or to one item on it. `label` may be foreign text; it is cut at `length`."""
        query = {"id": item} if item is not None else None
        st.page_link(self.pages[place], label=plain(shortened(label, length)) or "（无题）", query_params=query)

    def go(self, place: Place, item: str | None = None) -> None:
        """Leave for a page."""
        st.switch_page(self.pages[place], query_params={"id": item} if item is not None else None)


def chosen_item() -> str | None:
    """The `id` in the page's address."""
    value = st.query_params.get("id")
    return str(value)[:200] if value else None


def chosen_number() -> int | None:
    """The `id` in the page's address where it is a number that the store can hold."""
    item = chosen_item() or ""
    return int(item) if item.isdecimal() and len(item) < 19 else None

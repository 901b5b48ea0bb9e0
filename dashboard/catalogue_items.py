"""Draws the catalogue's rows that a record or proposal names, and where it does not fit them."""

from __future__ import annotations

import streamlit as st

from dashboard.navigation import Place
from dashboard.visit import Visit
from dashboard.wording import plain
from pipeline.catalogue_view import Named
from regulation.catalogue import LEVELS, Form, Item


def draw(visit: Visit, named: Named | None) -> None:
    """The catalogue's rows that the record names, and where it does not fit them."""
    if named is None:
        return
    with st.container(border=True, key="catalogue_items", gap="xsmall"):
        if not named.items:
            st.markdown(":orange-badge[目录里没有这一项] 现行公开目录里找不到所写的目录项，请核对。")
        for item in named.items:
            st.markdown(_item(named.form, item))
        for remark in named.remarks:
            st.markdown(f":orange-badge[与目录不一致] {plain(remark)}")
        visit.link(Place.CATALOGUE, "查看公开目录")


def _item(form: Form, item: Item) -> str:
    keys = [key for key in form.cells if key not in LEVELS and key != "content" and item.cell(key)]
    terms = "　".join(f":gray[{form.heading(key)}] {plain(item.cell(key))}" for key in keys)
    return f"**{item.id}** {plain(item.content)}  \n{terms}"

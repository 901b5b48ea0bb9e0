"""帮助: the manual of the watch (值班手册), a part at a time."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard.visit import Visit

MANUAL = Path(__file__).parents[2] / "docs" / "manual"


def draw(visit: Visit) -> None:
    """Draw the part that is chosen; at first that about the desk."""
    parts = {title_of(text): text for text in map(_read, sorted(MANUAL.glob("*.md")))}
    if not parts:
        st.info("这里没有装值班手册：请向管理员要 docs/manual 文件夹。")
        return
    chosen = st.segmented_control("值班手册", list(parts), default=next(iter(parts)), key="manual_part")
    text = parts[chosen or next(iter(parts))]
    with st.container(border=True, key="manual_text"):
        st.markdown(text.replace("\n## ", "\n#### ").replace("# ", "### ", 1))


def title_of(text: str) -> str:
    """The heading of a part."""
    return text.splitlines()[0].removeprefix("# ").strip()


def _read(file: Path) -> str:
    return file.read_text("utf-8")

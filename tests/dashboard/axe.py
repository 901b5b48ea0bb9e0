"""Runs axe-core on a page of the desk: what is wrong for people who work by keyboard or hear the page read out."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = """async (tags) => {
  const found = await axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] })
  return found.violations.flatMap((one) => one.nodes.map((node) =>
    ({ rule: one.id, at: node.target.join(" "), html: node.html.slice(0, 300), why: node.failureSummary })))
}"""


def violations(page: Page) -> list[dict[str, Any]]:
    """Every violation that axe-core finds on the page as it stands: rule, place, markup and why."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(f"() => {{ {_source()}\n }}")
    found: list[dict[str, Any]] = page.evaluate(_RUN, _TAGS)
    return found


@cache
def _source() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")

"""值班手册: every part begins with its heading, speaks of buttons and pages that there are, and is shown on its page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard.navigation import Place
from dashboard.screens.manual import MANUAL, title_of
from tests.dashboard import driver
from tests.dashboard.seeding import PASSWORD

PARTS = sorted(MANUAL.glob("*.md"))
NAMED = re.compile(r"“([^”]+)”")
SAID_BY_PEOPLE = {"值班员几分钟未签收", "电话、热线"}
"""Words in quotation marks that stand on no page as they are."""


def words_of_the_product() -> str:
    root = Path(__file__).parents[2]
    files = [
        file
        for folder in ("dashboard", "pipeline", "records", "regulation", "alerts", "casework")
        for file in (root / folder).rglob("*")
        if file.suffix in (".py", ".js", ".yaml")
    ]
    return "\n".join(file.read_text("utf-8") for file in files)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.stem)
def test_a_part_begins_with_its_heading_and_is_short(part: Path):
    text = part.read_text("utf-8")
    assert text.startswith("# ")
    assert title_of(text)
    assert len(text) < 3000


def test_the_manual_names_pages_and_buttons_as_they_are_named():
    product = words_of_the_product()
    named = {word for part in PARTS for word in NAMED.findall(part.read_text("utf-8"))}
    assert {word for word in named - SAID_BY_PEOPLE if word not in product} == set()


@pytest.mark.browser
@pytest.mark.parametrize("username", ["lijun", "zhaomin"])
def test_everybody_finds_the_manual_in_the_menu(page: Page, username: str):
    driver.sign_in(page, username, PASSWORD)
    driver.visit(page, Place.HELP.title)
    expect(page.get_by_text("最急的在最上面")).to_be_visible()
    page.get_by_text("录入：电话、群聊、领导交办").click()
    expect(page.get_by_text("光标已在内容框里")).to_be_visible()

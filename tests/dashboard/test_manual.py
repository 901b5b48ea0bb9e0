"""值班手册: every part begins with its heading, speaks of buttons and pages that there are, and is shown on its page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.manual_pictures import FOLDER, PICTURE
from dashboard.navigation import Place
from dashboard.screens.manual import title_of
from tests.dashboard import driver
from tests.dashboard.conftest import Served
from tests.dashboard.seeding import PASSWORD

PARTS = sorted(FOLDER.glob("*.md"))
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
    # The last part is the table of all figures, to look things up in.
    assert len(text) < (6000 if part == PARTS[-1] else 3000)


def test_the_manual_names_pages_and_buttons_as_they_are_named():
    product = words_of_the_product()
    named = {word for part in PARTS for word in NAMED.findall(part.read_text("utf-8"))}
    assert {word for word in named - SAID_BY_PEOPLE if word not in product} == set()


def test_every_picture_is_there_says_what_it_shows_and_is_light():
    named = [found for part in PARTS for found in PICTURE.findall(part.read_text("utf-8"))]
    marks = sum(part.read_text("utf-8").count("![") for part in PARTS)
    files = {file.name: file.stat().st_size for file in FOLDER.glob("*.png")}
    assert len(named) == marks
    assert len(named) >= len(PARTS)
    assert [file for said, file in named if len(said) < 8] == []
    assert {file for _, file in named} == set(files)
    assert [name for name, size in files.items() if size > 120_000] == []
    assert sum(files.values()) <= 1_500_000


@pytest.mark.browser
@pytest.mark.parametrize("size", [driver.SCREEN, driver.PHONE], ids=["screen", "phone"])
def test_every_picture_is_shown_whole_on_its_page(browser: Browser, served: Served, size: dict[str, int]):
    page = driver.new_page(browser, served.base, size)
    driver.sign_in(page, "lijun", PASSWORD, Place.HELP.address)
    for part in PARTS:
        text = part.read_text("utf-8")
        page.locator(".st-key-manual_part").get_by_text(title_of(text), exact=True).click()
        expect(page.get_by_role("heading", name=title_of(text), level=3)).to_be_visible()
        for said, _ in PICTURE.findall(text):
            picture = page.get_by_role("img", name=said)
            expect(picture).to_have_js_property("complete", True)
            loaded, left, right = picture.evaluate(
                "one => [one.naturalWidth, one.getBoundingClientRect().left, one.getBoundingClientRect().right]"
            )
            assert loaded > 0, said
            assert left >= 0, said
            assert right <= size["width"], said
    page.context.close()


@pytest.mark.browser
def test_the_pictures_are_shown_to_nobody_who_has_not_signed_in_and_nothing_else_of_the_folder(page: Page):
    answer = page.request.get("/manual/desk.png", max_redirects=0)
    assert answer.status in (303, 401)
    driver.sign_in(page, "lijun", PASSWORD)
    assert page.request.get("/manual/desk.png").headers["content-type"] == "image/png"
    assert page.request.get("/manual/1-desk.md").status == 404


@pytest.mark.browser
@pytest.mark.parametrize("username", ["lijun", "zhaomin"])
def test_everybody_finds_the_manual_in_the_menu(page: Page, username: str):
    driver.sign_in(page, username, PASSWORD)
    driver.visit(page, Place.HELP.title)
    expect(page.get_by_text("最急的在最上面")).to_be_visible()
    page.get_by_text("录入：电话、群聊、领导交办").click()
    expect(page.get_by_text("光标已在内容框里")).to_be_visible()

"""Drives the desk in Chromium the way a person does: by the words on the page. For this folder and for end-to-end tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
SCREEN = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)
PARTS = ("网上舆情基本情况", "网民观点", "已采取的应急处置措施", "线下事件的基本情况及其处置措施")
QUIET = "[data-testid=stApp][data-test-script-state=notRunning]"
PENDING = "〔待责任单位补充"
AT_REST = """(details) => details.getAnimations({subtree: true})
  .every((one) => one.playState !== "running" || one.effect.getComputedTiming().endTime === Infinity)"""
TO_PRESS = """(main) => [...main.querySelectorAll("button, summary, input, textarea, [role=button], [contenteditable=true]")]
  .filter((one) => one.checkVisibility() && !one.closest("[role=tablist],[data-testid=stTooltipIcon]"))
  .map((one) => {
    const words = one.cloneNode(true)
    words.querySelectorAll("[data-testid=stIconMaterial]").forEach((icon) => icon.remove())
    return words.textContent.trim() || one.ariaLabel || one.outerHTML
  })"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser
        finally:
            browser.close()


def new_page(browser: Browser, base: str, size: dict[str, int] = SCREEN) -> Page:
    """A page of a browser that nobody has signed in with, at 1366×768 or another size."""
    page = browser.new_context(viewport=size, locale="zh-CN", base_url=base).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(PATIENCE)
    return page


def sign_in(page: Page, username: str, password: str, path: str = "/") -> None:
    """Sign in by the form and wait for the page that was asked for."""
    sign_in_form(page, username, password, path)
    settle(page)


def sign_in_form(page: Page, username: str, password: str, path: str = "/") -> None:
    """Fill in and send the sign-in form."""
    page.goto(path)
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def sign_out(page: Page, name: str) -> None:
    """Sign out by the menu under one's own name."""
    page.get_by_role("button", name=name).click()
    page.get_by_role("link", name="退出登录").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_text("已退出登录")).to_be_visible()


def change_first_password(page: Page, first: str, new: str) -> None:
    """Give the account its own password, as the first sign-in demands."""
    page.get_by_label("原密码").fill(first)
    page.get_by_label("新密码（").fill(new)
    page.get_by_label("再输一次新密码").fill(new)
    page.get_by_role("button", name="保存新密码").click()
    settle(page)


def settle(page: Page) -> None:
    """Wait until the page that was asked for is drawn."""
    page.get_by_role("heading", level=2).first.wait_for()


def visit(page: Page, title: str) -> None:
    """Go to a page by its name in the navigation."""
    page.get_by_role("link", name=title).first.click()
    expect(page.get_by_role("heading", name=title, exact=True, level=2)).to_be_visible()


def list_all_matters(page: Page) -> None:
    """List everything that waits on 值班台, where so much waits that only the first of it is listed."""
    page.locator(".st-key-matters_line").wait_for()
    page.wait_for_selector(QUIET)
    more = page.get_by_text("全部列出（")
    if more.count():
        more.click()


def open_incident(page: Page, words: str = "", *, incident: str | None = None) -> None:
    """Open the first incident on 值班台 whose title holds `words`, or the one with that number."""
    if incident is not None:
        page.goto(f"/incident?id={quote(incident)}")
    else:
        incident_links(page, words).first.click()
    expect(page.get_by_role("tab", name="概况")).to_be_visible(timeout=PATIENCE)


def incident_links(page: Page, words: str = "") -> Locator:
    """The links to incidents on 值班台."""
    return page.locator("a[href*='incident?id=']", has_text=words)


def clock(page: Page) -> Locator:
    """The big clock on the incident page."""
    return page.locator(".st-key-incident_clock").get_by_role("heading", level=2)


def act(page: Page, name: str) -> None:
    """Press the button of an act, such as 签收 or 核实属实, and wait until it is done."""
    page.locator(".st-key-acts").get_by_role("button", name=name).click()


def to_press(page: Page) -> set[str]:
    """What the page's main part has to press, unfold or write into, by its words; tabs and marks of help are not counted."""
    page.wait_for_selector(QUIET)
    return set(page.get_by_test_id("stMain").evaluate(TO_PRESS))


def told(page: Page, words: str) -> None:
    """Wait until the page says `words` about the last act."""
    said = page.get_by_test_id("stAlert").or_(page.get_by_test_id("stToast"))
    expect(said.filter(has_text=words).first).to_be_visible(timeout=PATIENCE)


def emptied(page: Page, label: str) -> None:
    """Wait until the one field whose label begins so is empty; while a page is drawn anew the former one is still there."""
    said = """(label) => {
      const fields = [...document.querySelectorAll("textarea")].filter((one) => one.ariaLabel.startsWith(label))
      return fields.length === 1 && fields[0].value === ""
    }"""
    page.wait_for_function(said, arg=label)


def start_plan(page: Page) -> None:
    """Start the plan now; the clock then runs."""
    act(page, "启动预案")
    page.get_by_role("dialog").get_by_role("button", name="启动预案，开始计时").click()
    expect(clock(page)).to_contain_text("剩", timeout=PATIENCE)


def with_reason(page: Page, button: str, label: str, reason: str, do: str) -> None:
    """Do an act that asks for a reason: its button, the field's label, the reason, the button of the dialog."""
    act(page, button)
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(label).fill(reason)
    dialog.get_by_role("button", name=do).click()


def tab(page: Page, name: str) -> None:
    """Open a tab."""
    page.get_by_role("tab", name=name).click()
    expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")


def unfold(page: Page, words: str) -> None:
    """Open the expander whose head holds `words`, to the end of its movement: a list opened in it before would close."""
    expander = page.get_by_test_id("stExpander").filter(has=page.locator("summary", has_text=words)).locator("details")
    expander.locator("summary").click()
    expect(expander).to_have_attribute("open", "")
    # Asked again and again, not waited for in the page: a movement that the page breaks off, or one that goes round and
    # round as the sign of waiting does, never tells that it is over.
    page.wait_for_function(AT_REST, arg=expander.element_handle())
    expect(expander).to_have_attribute("open", "")


def draft_report(page: Page) -> None:
    """Let the desk draft the four parts."""
    tab(page, "报告")
    page.get_by_role("button", name=re.compile("起草[首续终]报")).click()
    expect(page.get_by_label(PARTS[-1])).to_be_visible(timeout=PATIENCE)


def part_form(page: Page, part: str) -> Locator:
    """The form of one part of the report."""
    return page.get_by_test_id("stForm").filter(has=page.get_by_label(part, exact=True))


def confirm_part(page: Page, part: str, text: str | None = None) -> None:
    """Confirm one part, with `text` or with its draft; what the draft leaves open is filled in."""
    form = part_form(page, part)
    field = form.get_by_label(part, exact=True)
    written = text if text is not None else filled_in(field.input_value())
    field.fill(written)
    form.get_by_role("button", name="核对无误，我确认").click()
    expect(part_form(page, part).get_by_text("已确认")).to_be_visible(timeout=PATIENCE)


def filled_in(draft: str) -> str:
    """The draft with every mark of something to be written replaced by words."""
    while PENDING in draft:
        start = draft.index(PENDING)
        end = draft.find("〕", start)
        draft = f"{draft[:start]}现场已派人核实，无人员伤亡{draft[end + 1 :] if end >= 0 else ''}"
    return draft


def file_report(page: Page, kind: str = "首报") -> None:
    """File the report whose four parts are confirmed."""
    page.get_by_role("button", name=f"报送{kind}").click()
    told(page, f"{kind}已报送")


def download_report(page: Page, to: Path) -> Path:
    """Download the newest filed report."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载").first.click()
    waiting.value.save_as(to)
    return to

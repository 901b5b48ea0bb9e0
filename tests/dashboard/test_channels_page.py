"""The office tries a channel on the page 管理 and sees there what became of the message, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email.header import decode_header, make_header

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from playwright.sync_api import Page, expect

from huiying.wiring import Desk
from records.alerts import OFFICE
from records.people import Contact
from tests.dashboard import driver, seeding
from tests.dashboard.conftest import Served, free_port, serving_desk
from tests.dashboard.seeding import PASSWORD

pytestmark = pytest.mark.browser


class Kept(Message):
    """Keeps the subjects of the mails that came."""

    def __init__(self) -> None:
        super().__init__()
        self.subjects: list[str] = []

    def handle_message(self, message) -> None:  # type: ignore[no-untyped-def]
        self.subjects.append(str(make_header(decode_header(message["Subject"]))))


@pytest.fixture(scope="module")
def mails() -> Iterator[tuple[Kept, int]]:
    """A mail server, and the port on which it listens."""
    kept, port = Kept(), free_port()
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    yield kept, port
    controller.stop()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, mails: tuple[Kept, int]) -> Iterator[Served]:
    """A desk with people that sends mail, where the office's own 王芳 is reached by it."""

    def fill(desk: Desk) -> None:
        seeding.add_people(desk)
        with desk.store.transaction() as t:
            t.people.set_contacts(OFFICE, [Contact(OFFICE, "email", "wang@office.example", "王芳")])

    email = {"host": "127.0.0.1", "port": mails[1], "tls": "none", "sender": "desk@office.example"}
    folder = tmp_path_factory.mktemp("desk")
    with serving_desk(folder, fill, alerts={"email": email}) as opened:
        yield opened


def test_a_test_message_is_sent_and_its_outcome_shows_by_itself(page: Page, desk: Desk, mails: tuple[Kept, int]):
    driver.sign_in(page, "wangfang", PASSWORD, "/administration")
    driver.tab(page, "通知渠道")
    mail = page.locator(".st-key-channel_email")
    expect(mail.get_by_text("还没有发过")).to_be_visible()
    expect(page.locator(".st-key-channel_sms").get_by_text("没有启用")).to_be_visible()
    mail.get_by_role("button", name="发一条测试").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("combobox", name="发给")).to_have_value("王芳（wang@office.example）")
    dialog.get_by_role("button", name="发出").click()
    driver.told(page, "测试已交给发送进程")
    expect(mail.get_by_text("测试待发")).to_be_visible()
    desk.sender("send").send_due(desk.clock.now() + timedelta(seconds=5))
    expect(mail.get_by_text("测试已发")).to_be_visible()
    expect(mail.get_by_text("正常")).to_be_visible()
    assert len(mails[0].subjects) == 1
    assert "【测试】" in mails[0].subjects[0]
    mail.get_by_role("button", name="发一条测试").click()
    dialog.get_by_role("button", name="发出").click()
    expect(dialog.get_by_text("刚刚试发过")).to_be_visible()
    page.set_viewport_size(driver.PHONE)
    expect(mail.get_by_text("测试已发")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

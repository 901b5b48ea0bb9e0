"""The whole way to an identity provider and back in a real browser, with a page refresh and signing out of both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from huiying.wiring import Desk
from tests.dashboard import driver
from tests.dashboard.conftest import Served, serving_desk
from tests.dashboard.seeding import add_people, newcomer
from tests.servers.identity import CLIENT, SECRET, Identity, identity

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Identity]:
    with identity(tmp_path_factory.mktemp("identity")) as running:
        yield running


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, provider: Identity) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("office")
    (folder / "oidc.secret").write_text(f"{SECRET}\n", encoding="ascii")
    (folder / "oidc.secret").chmod(0o600)
    oidc = {"issuer": provider.issuer, "client_id": CLIENT, "client_secret_file": "oidc.secret"}

    def fill(desk: Desk) -> str:
        add_people(desk)
        return newcomer(desk)

    with serving_desk(folder, fill, sign_in={"oidc": oidc}) as opened:
        yield opened


@pytest.fixture
def visitor(browser: Browser, office: Served) -> Iterator[Page]:
    page = driver.new_page(browser, office.base)
    yield page
    page.context.close()


def test_somebody_with_a_first_password_comes_by_the_provider_stays_after_a_refresh_and_leaves_both(
    visitor: Page, office: Served, provider: Identity
):
    visitor.goto("/help")
    visitor.get_by_role("link", name="统一认证登录").click()
    expect(visitor.get_by_role("heading", name="统一认证")).to_be_visible()
    visitor.get_by_label("账号").fill("newcomer")
    visitor.get_by_role("button", name="确认身份").click()
    driver.settle(visitor)
    expect(visitor).to_have_url(f"{office.base}/help")
    expect(visitor.get_by_role("button", name="孙新")).to_be_visible()

    visitor.reload()
    driver.settle(visitor)
    expect(visitor.get_by_role("button", name="孙新")).to_be_visible()

    driver.sign_out(visitor, "孙新")
    visitor.get_by_role("link", name="同时退出统一认证").click()
    expect(visitor).to_have_url(f"{office.base}/signin?said=out")
    visitor.goto("/")
    expect(visitor.get_by_role("link", name="统一认证登录")).to_be_visible()
    visitor.get_by_role("link", name="统一认证登录").click()
    expect(visitor.get_by_label("账号")).to_be_visible()
    assert provider.counts()["/end"] == 1


def test_a_stranger_is_told_whom_to_ask_and_may_still_use_a_password(visitor: Page):
    visitor.goto("/")
    visitor.get_by_role("link", name="统一认证登录").click()
    visitor.get_by_label("账号").fill("stranger")
    visitor.get_by_role("button", name="确认身份").click()
    expect(visitor.get_by_role("alert")).to_contain_text("请联系区委办公室的回应台管理员")
    visitor.get_by_label("用户名").fill("lijing")
    expect(visitor.get_by_role("button", name="登录")).to_be_enabled()

"""The desk in a real browser: what people see, what they do, and what hostile text cannot do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path

import docx
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from huiying.wiring import Desk
from pipeline import accounts
from pipeline.acts import Actor, Deps, attempt
from pipeline.intake import receive
from pipeline.notify import page_only
from records.actions import Act, Action
from records.people import Person
from records.posts import Post
from records.words import Channel, Role
from regulation.time_limits import INITIAL_REPORT
from tests.dashboard import driver, seeding
from tests.dashboard.conftest import Served
from tests.dashboard.seeding import PASSWORD
from tests.pipeline.known_answers import KEEP

pytestmark = pytest.mark.browser
PLAN = "老旧小区"
HEATING = "供热"
HOSTILE = (
    "<img src=x onerror=alert(1)><script>alert(2)</script>[点我](javascript:alert(3))![图](http://evil.example/x.png)"
)
KNOWN_LATIN = {"huiying", "yaml", "sources", "http", "https", "audit", "verify", "init", "jsonl", "import", "up"}
KNOWN_LATIN |= {"xlsx", "csv", "Ctrl", "Enter"}


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    """A browser page that fails the test where it opens a dialog or asks another server for anything."""
    opened = driver.new_page(browser, served.base)
    strays: list[str] = []
    own = (served.base, served.base.replace("http", "ws", 1), "data:", "blob:")
    opened.on("request", lambda request: None if request.url.startswith(own) else strays.append(request.url))
    opened.on("dialog", lambda dialog: strays.append(dialog.message))
    yield opened
    opened.context.close()
    assert strays == []


def deps(desk: Desk) -> Deps:
    return Deps(desk.rules, page_only, desk.settings.reports_dir, desk.letterhead)


def opened_by_hand(desk: Desk, title: str, unit: str = "区住建局") -> str:
    action = Action(desk.clock.now(), "王芳", Act.CONFIRM, {"title": title, "reason": "电话反映", "unit": unit})
    return attempt(desk.store, action, Actor("王芳", Role.OFFICE), deps(desk))


def act_on(desk: Desk, incident: str, act: Act, at: datetime | None = None, **args: object) -> None:
    """王芳 of the office does something to the incident."""
    action = Action(at or desk.clock.now(), "王芳", act, {"incident": incident, **args})
    attempt(desk.store, action, Actor("王芳", Role.OFFICE), deps(desk))


def acts_on(desk: Desk, incident: str) -> list[tuple[str, bool]]:
    with desk.store.reading() as t:
        return [(entry.act, entry.allowed) for entry in t.audit.about(incident)]


def latin_words(page: Page) -> set[str]:
    """Latin words on the page, but for icons' own names and the keyboard's hidden link to the content."""
    page.evaluate(
        "document.querySelectorAll('[data-testid=stIconMaterial], a[href=\"#stMain\"]').forEach(e => e.remove())"
    )
    return set(re.findall(r"[A-Za-z]{2,}", page.locator("body").inner_text())) - KNOWN_LATIN


def test_the_watch_page_shows_incidents_with_severity_in_words_newest_posts_and_what_is_silent(page: Page):
    driver.sign_in(page, "wangfang", PASSWORD)
    expect(page.get_by_role("heading", name="值班台", exact=True)).to_be_visible()
    expect(driver.incident_links(page, HEATING).first).to_be_visible()
    expect(page.get_by_text("重大突发").first).to_be_visible()
    expect(page.get_by_text("最新帖文")).to_be_visible()
    expect(page.get_by_text("无应答").first).to_be_visible()
    expect(page.get_by_text("样例数据")).to_be_visible()
    assert page.title() == "回应台" or "值班台" in page.title()


@pytest.mark.clause("H-42(3)")
def test_from_the_start_of_the_plan_to_the_filed_report_the_clock_runs_on_the_page(
    page: Page, tmp_path: Path, desk: Desk
):
    driver.sign_in(page, "wangfang", PASSWORD)
    driver.open_incident(page, HEATING)
    driver.act(page, "签收")
    driver.told(page, "已签收")
    driver.start_plan(page)
    page.evaluate("window.notReloaded = true")
    first = driver.clock(page).inner_text()
    expect(driver.clock(page)).not_to_have_text(first, timeout=5_000)
    assert page.evaluate("window.notReloaded")
    driver.draft_report(page)
    expect(page.get_by_role("button", name="报送首报")).to_be_disabled()
    for part in driver.PARTS:
        driver.confirm_part(page, part)
    driver.file_report(page)
    expect(driver.clock(page)).to_have_text("首报已报送")
    filed = docx.Document(str(driver.download_report(page, tmp_path / "report.docx")))
    text = "\n".join(paragraph.text for paragraph in filed.paragraphs)
    assert all(part in text for part in driver.PARTS)


@pytest.mark.clause("H-42(3)")
def test_a_part_that_still_waits_for_the_unit_cannot_be_confirmed(page: Page, desk: Desk):
    incident = opened_by_hand(desk, "桥面裂缝")
    driver.sign_in(page, "wangfang", PASSWORD, f"/incident?id={incident}")
    driver.draft_report(page)
    offline = driver.PARTS[3]
    driver.part_form(page, offline).get_by_role("button", name="核对无误，我确认").click()
    driver.told(page, "不能确认")


def test_a_running_clock_stands_on_the_watch_page_with_how_long_the_plan_waited(page: Page, desk: Desk):
    incident = opened_by_hand(desk, "化粪池外溢")
    act_on(desk, incident, Act.START_PLAN)
    driver.sign_in(page, "lijun", PASSWORD)
    row = page.locator(f".st-key-row_{incident}")
    expect(row).to_contain_text(re.compile(r"剩 1小时59分\d\d秒"))
    expect(row).to_contain_text("报送首报 最迟")
    expect(row).to_contain_text("发现至启动：不到1分钟")


@pytest.mark.clause("H-42(3)")
def test_while_the_plan_of_a_major_emergency_waits_the_time_since_it_was_found_ticks(page: Page, desk: Desk):
    incident = opened_by_hand(desk, "隧道进水")
    act_on(desk, incident, Act.SET_SEVERITY, severity="major_emergency", reason="有人被困")
    driver.sign_in(page, "lijun", PASSWORD)
    row = page.locator(f".st-key-row_{incident}")
    expect(row).to_contain_text(re.compile(r"已过 \d+分\d\d秒"))
    expect(row).to_contain_text("启动预案")
    driver.open_incident(page, incident=incident)
    expect(driver.clock(page)).to_contain_text("已过")


def test_an_earlier_start_is_recorded_with_its_reason(page: Page, desk: Desk):
    incident = opened_by_hand(desk, "路灯不亮")
    driver.sign_in(page, "wangfang", PASSWORD, f"/incident?id={incident}")
    driver.act(page, "启动预案")
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("实际启动时间更早").click()
    dialog.get_by_label("实际启动时刻").fill("00:00")
    button = dialog.get_by_role("button", name="启动预案，开始计时")
    button.click()
    expect(dialog.get_by_text("请填写理由")).to_be_visible()
    dialog.get_by_label("补记的理由").fill("凌晨已电话启动")
    button.click()
    driver.told(page, "预案已启动")
    with desk.store.reading() as t:
        deadline = t.deadlines.latest(incident, INITIAL_REPORT)
    assert deadline is not None
    assert deadline.start_reason == "凌晨已电话启动"
    assert deadline.recorded_at is not None
    assert deadline.started_at < deadline.recorded_at


def test_acts_with_a_reason_refuse_to_go_without_one(page: Page, desk: Desk):
    incident = opened_by_hand(desk, "噪声")
    driver.sign_in(page, "wangfang", PASSWORD, f"/incident?id={incident}")
    driver.with_reason(page, "办结", "办结说明", "  ", "办结事件")
    expect(page.get_by_role("dialog").get_by_text("请填写理由")).to_be_visible()
    page.get_by_role("dialog").get_by_label("办结说明").fill("已公开回应")
    page.get_by_role("dialog").get_by_role("button", name="办结事件").click()
    driver.told(page, "事件已办结")
    driver.with_reason(page, "重新打开", "重新打开的理由", "又有反映", "重新打开")
    driver.told(page, "事件已重新打开")
    assert [act for act, _ in acts_on(desk, incident)] == ["confirm", "close", "reopen"]


def test_a_double_click_acts_once(page: Page, desk: Desk):
    incident = opened_by_hand(desk, "积水")
    driver.sign_in(page, "wangfang", PASSWORD, f"/incident?id={incident}")
    page.locator(".st-key-acts").get_by_role("button", name="签收").dblclick()
    driver.told(page, "已签收")
    expect(page.locator(".st-key-acts").get_by_role("button", name="签收")).to_have_count(0)
    assert [act for act, _ in acts_on(desk, incident)] == ["confirm", "acknowledge"]


def test_who_acts_on_what_somebody_else_has_changed_is_told(page: Page, desk: Desk):
    incident = opened_by_hand(desk, "停水")
    driver.sign_in(page, "wangfang", PASSWORD, f"/incident?id={incident}")
    driver.act(page, "改等级")
    expect(page.get_by_role("dialog").get_by_label("调整的理由")).to_be_visible()
    other = Action(
        desk.clock.now(), "李军", Act.SET_SEVERITY, {"incident": incident, "severity": "major", "reason": "多"}
    )
    attempt(desk.store, other, Actor("李军", Role.DUTY), deps(desk))
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("调整的理由").fill("会商")
    dialog.get_by_role("button", name="改等级").click()
    driver.told(page, "刚被他人改动")


def test_a_disabled_account_with_an_open_page_is_refused_its_next_act(page: Page, desk: Desk):
    now = desk.clock.now()
    seeding.account(desk, Person("leaver", "钱离", Role.DUTY))
    incident = opened_by_hand(desk, "垃圾未清运")
    driver.sign_in(page, "leaver", PASSWORD, f"/incident?id={incident}")
    button = page.locator(".st-key-acts").get_by_role("button", name="签收")
    expect(button).to_be_visible()
    accounts.disable(desk.store, "leaver", now)
    button.click()
    expect(page.get_by_text("请先登录")).to_be_visible()
    assert "acknowledge" not in [act for act, _ in acts_on(desk, incident)]


def test_an_evaluator_reads_and_is_offered_no_act(page: Page):
    driver.sign_in(page, "zhaomin", PASSWORD)
    driver.open_incident(page, PLAN)
    expect(page.get_by_text("您对这个事件只有查看权限")).to_be_visible()
    for title in ("录入", "消息", "值班表"):
        expect(page.get_by_role("link", name=title, exact=True)).to_have_count(0)
    page.goto("/entry")
    expect(page.get_by_text("您的身份不能使用“录入”")).to_be_visible()
    expect(page.get_by_role("button", name="登记事件")).to_have_count(0)


def test_a_unit_sees_its_own_incidents_and_nothing_of_others(page: Page, desk: Desk):
    seeding.account(desk, Person("school", "马霞", Role.UNIT, "区教育局"))
    incident = opened_by_hand(desk, "住建的事")
    driver.sign_in(page, "school", PASSWORD)
    expect(page.get_by_text("现在没有等您办理的事")).to_be_visible()
    page.goto(f"/incident?id={incident}")
    expect(page.get_by_text("没有这个事件，或它不属于您可以查看的范围")).to_be_visible()
    expect(page.get_by_text("住建的事")).to_have_count(0)


def test_crawled_text_stays_text(page: Page, desk: Desk):
    now = desk.clock.now()
    post = Post("hostile", "bbs-yunchuan", Channel.FORUM, "javascript:alert(4)", HOSTILE, HOSTILE, now, now)
    with desk.store.transaction() as t:
        receive(t, post, now, KEEP)
    incident = opened_by_hand(desk, HOSTILE)
    driver.sign_in(page, "wangfang", PASSWORD)
    expect(page.get_by_text("<img src=x onerror=alert(1)>").first).to_be_visible()
    page.goto(f"/incident?id={incident}")
    expect(page.get_by_role("heading", name="<script>alert(2)</script>")).to_be_visible()
    assert page.locator("a[href^='javascript']").count() == 0
    assert page.locator("img[src*='evil'], img[src='x']").count() == 0


def test_the_first_password_must_be_changed_before_anything_is_seen(page: Page, served: Served):
    driver.sign_in_form(page, "newcomer", served.first_password)
    expect(page.get_by_role("heading", name="修改密码")).to_be_visible()
    driver.change_first_password(page, served.first_password, "新的口令-2026-守望")
    expect(page.get_by_role("heading", name="值班台", exact=True)).to_be_visible()


def test_a_session_outlives_a_reload_and_a_second_tab(page: Page, served: Served):
    driver.sign_in(page, "lijun", PASSWORD, "/search")
    page.reload()
    expect(page.get_by_role("heading", name="搜索", exact=True)).to_be_visible()
    tab = page.context.new_page()
    tab.goto("/duty")
    expect(tab.get_by_role("heading", name="值班表", exact=True, level=2)).to_be_visible()
    expect(tab.get_by_role("button", name="李军")).to_be_visible()


def test_signing_out_leads_back_to_the_form(page: Page):
    driver.sign_in(page, "zhaomin", PASSWORD)
    driver.sign_out(page, "赵敏")
    page.goto("/incident")
    expect(page.get_by_label("用户名")).to_be_visible()


def test_messages_are_read_and_their_incident_opened(page: Page):
    driver.sign_in(page, "chenjie", PASSWORD)
    driver.visit(page, "消息")
    page.get_by_role("button", name="标为已读", exact=True).first.click()
    driver.told(page, "已标为已读")
    expect(page.get_by_text("陈杰").nth(1)).to_be_visible()
    page.get_by_role("link", name="打开事件").first.click()
    expect(page.get_by_role("tab", name="概况")).to_be_visible()


def test_what_came_by_telephone_is_entered_masked(page: Page, desk: Desk):
    driver.sign_in(page, "lijun", PASSWORD)
    driver.visit(page, "录入")
    page.get_by_label("内容").fill("来电反映井盖缺失，联系电话13912345678")
    page.get_by_role("button", name="登记反映").click()
    driver.told(page, "已登记")
    with desk.store.reading() as t:
        post = next(post for post in t.posts.newest(5) if "井盖缺失" in post.text)
    assert "13912345678" not in post.text


def test_an_incident_is_opened_by_hand_with_the_plan_started_at_once(page: Page):
    driver.sign_in(page, "lijun", PASSWORD)
    driver.visit(page, "录入")
    page.get_by_label("事件名称").fill("广场踩踏风险")
    page.get_by_role("textbox", name="怎样得知").fill("现场来电")
    page.get_by_text("同时启动预案").click()
    page.get_by_role("button", name="登记事件").click()
    expect(page.get_by_role("heading", name="广场踩踏风险")).to_be_visible(timeout=driver.PATIENCE)
    expect(driver.clock(page)).to_contain_text("剩 1小时59分")


def test_the_ledger_leads_to_a_record_with_its_text_and_watch_terms(page: Page):
    driver.sign_in(page, "zhaomin", PASSWORD)
    driver.visit(page, "公开事项台账")
    expect(page.get_by_text("关于开展作风专项检查的通报")).to_have_count(0)
    page.get_by_role("link", name="供热期").click()
    expect(page.get_by_text("关注词")).to_be_visible()
    expect(page.get_by_text("经研究决定，城区集中供热停热时间").first).to_be_visible()


def test_accounts_are_managed_by_an_admin(page: Page):
    driver.sign_in(page, "admin", PASSWORD)
    driver.visit(page, "管理")
    driver.tab(page, "账户")
    page.get_by_label("用户名").fill("fresh")
    page.get_by_label("姓名").fill("吴新")
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.get_by_text("初始密码（只显示这一次").first).to_be_visible()
    expect(page.get_by_role("cell", name="fresh")).to_be_visible()


def test_people_are_imported_with_a_sheet_of_first_passwords_shown_once(page: Page, desk: Desk):
    driver.sign_in(page, "admin", PASSWORD, "/administration")
    driver.tab(page, "账户")
    rows = "姓名,单位,身份,用户名\n何新,区水务局,责任单位,hexin\n<b>某人</b>,,主任,x1\n".encode()
    page.locator("input[type=file]").set_input_files({"name": "人员.csv", "mimeType": "text/csv", "buffer": rows})
    page.get_by_role("button", name="导入账户").click()
    result = page.locator(".st-key-people_imported")
    expect(result).to_contain_text("新增 1 个账户，已有 0 个，未导入 1 行")
    expect(result).to_contain_text("身份“主任”不认得")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="首次密码单").click()
    sheet = [
        row
        for row in load_workbook(BytesIO(waiting.value.path().read_bytes())).worksheets[0].iter_rows(values_only=True)
    ]
    assert sheet[1][:4] == ("hexin", "何新", "区水务局", "责任单位")
    accounts.sign_in(desk.store, "hexin", str(sheet[1][4]), desk.clock.now())
    page.get_by_role("button", name="收起，不再显示").click()
    expect(result).to_have_count(0)


@pytest.mark.parametrize("elsewhere", ["page", "tab"])
def test_first_passwords_are_gone_once_the_page_or_tab_is_left(page: Page, elsewhere: str):
    driver.sign_in(page, "admin", PASSWORD, "/administration")
    driver.tab(page, "账户")
    rows = f"姓名,单位,身份,用户名\n林新,区水务局,责任单位,lin{elsewhere}\n".encode()
    page.locator("input[type=file]").set_input_files({"name": "人员.csv", "mimeType": "text/csv", "buffer": rows})
    page.get_by_role("button", name="导入账户").click()
    expect(page.get_by_role("button", name="首次密码单")).to_be_visible()
    if elsewhere == "page":
        driver.visit(page, "搜索")
        driver.visit(page, "管理")
    else:
        driver.tab(page, "采集源")
        expect(page.get_by_role("button", name="首次密码单")).to_have_count(0)
    driver.tab(page, "账户")
    expect(page.get_by_role("cell", name=f"lin{elsewhere}")).to_be_visible()
    expect(page.locator(".st-key-people_imported")).to_have_count(0)


@pytest.mark.parametrize("title", ["录入", "管理", "搜索", "网上巡查", "值班表"])
def test_no_english_word_is_left_on_a_page(page: Page, title: str):
    driver.sign_in(page, "wangfang", PASSWORD)
    driver.visit(page, title)
    page.wait_for_load_state("networkidle")
    assert latin_words(page) == set()


@pytest.mark.parametrize(
    "address", ["/", "/incident", "/ledger", "/messages", "/entry", "/search", "/patrol", "/duty", "/administration"]
)
def test_every_page_fits_the_width_of_the_screen(page: Page, address: str):
    driver.sign_in(page, "wangfang", PASSWORD, address)
    page.wait_for_load_state("networkidle")
    wider = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) <= 0

"""One day at one desk, from the morning's taking over to the evening's: what each role does, and what the others then see."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from dashboard.navigation import UNLISTED, Place
from pipeline import views
from records.zone import CHINA
from tests.crawlers.site import Answer
from tests.dashboard import driver
from tests.dashboard.day import HELPER, PEOPLE, Day, a_day

pytestmark = pytest.mark.browser
HEATING = "供热期"
CALL = "来电反映解放路供热管道爆裂，热水漫到路面，家里老人受冻，联系人张建国，电话13912345678"
BANG = "刚才咚的一声，全小区的狗都叫了"
MASKED = "联系人〔姓名〕，电话〔手机号〕"
SINKHOLE = "校门口路面塌陷"
ANSWER = "解放路供热管道今天早上破裂，抢修队7时20分到场，预计14时恢复供热。网传锅炉房爆炸，经核实不属实。"
QUESTION = "停热期间的取暖费退不退？"
PARTY = "关于开展作风专项检查的通报"
FEED = (
    '<rss version="2.0"><channel><title>t</title><item><title>停水通知</title><link>/a/1</link>'
    "<pubDate>Fri, 10 Apr 2026 02:00:00 GMT</pubDate><description>今晚停水，详询13912345678</description></item>"
    "</channel></rss>"
)
READING = re.compile(
    r"^(\d+|查找|搜索|导出 \.(csv|xlsx|docx)|数字的意思|历次修改|赵敏 · 评估人员|又有 \d+ 条新帖文，点此刷新)$"
)
"""The buttons by which nothing is changed."""

NIGHT = "夜间平稳。供热公告昨天下午发出，留意反映。"


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Day]:
    """That day's desk at ten to seven in the morning."""
    with a_day(tmp_path_factory.mktemp("day"), browser) as opened:
        yield opened
    assert opened.scripts_run == []


@pytest.mark.timeout(900)
@pytest.mark.clause("H-41", "H-42(1)", "H-42(3)", "H-43", "H-44(2)")
def test_a_day_from_taking_over_to_handing_over(day: Day):
    the_shift_is_taken_over(day)
    incident = an_incident_comes_up(day)
    its_posts_are_read_and_one_is_corrected(day, incident)
    a_call_is_entered(day, incident)
    it_becomes_a_major_emergency(day, incident)
    the_office_starts_the_plan(day, incident)
    a_claim_is_verified(day, incident)
    other_matter = another_matter_is_handed_to_a_unit(day)
    the_unit_works_on_its_telephone(day, incident)
    the_office_approves_files_and_reports_upward(day, incident)
    the_unit_registers_what_was_published(day, incident)
    the_office_makes_an_entry_public(day)
    the_incident_is_closed(day, incident)
    the_shift_is_handed_over(day, incident, other_matter)


@pytest.mark.timeout(900)
@pytest.mark.clause("E-2(3)2", "H-45")
def test_an_evaluator_reads_every_page_and_finds_nothing_to_change(day: Day, tmp_path: Path):
    incident = the_heating(day)
    every_page_is_read(day)
    the_incident_is_read(day, incident)
    what_is_taken_away_is_masked(day, tmp_path)


@pytest.mark.timeout(900)
@pytest.mark.clause("E-2(3)2")
def test_an_administrator_keeps_people_figures_and_sources(day: Day):
    the_heating(day)
    admin = day.at("admin", "/administration")
    a_person_is_added_who_signs_in(day, admin)
    a_password_is_reset(day, admin)
    a_figure_is_changed_and_taken_back(day, admin)
    a_source_is_added(day, admin)
    party_records_are_not_shown_to(day, "admin")


def tab(page: Page, name: str) -> None:
    """Open a tab of a page that is not just being drawn anew after an act: a click would be lost then."""
    drawn(page)
    driver.tab(page, name)


def drawn(page: Page) -> None:
    """Wait until nothing of the page is still to come."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)


# 值班员


def row(page: Page, item: str) -> Locator:
    """What 要办的事 shows of one matter."""
    return page.locator(f".st-key-row_{item}")


def the_shift_is_taken_over(day: Day) -> None:
    officer = day.at("lijun")
    waiting = officer.locator("[class*=st-key-row_handover]")
    expect(waiting).to_contain_text("签收接班")
    waiting.get_by_role("link", name="何静的交接班记录").click()
    expect(officer.get_by_text(NIGHT)).to_be_visible()
    button = officer.get_by_role("button", name="签收，接班")
    writing = officer.get_by_label("交接内容")
    assert height(button) < height(writing), "what is to be signed stands above the form for the next note"
    button.click()
    driver.told(officer, "已签收接班")
    expect(day.at("hejing", "/duty").get_by_text(re.compile(r"李军 4月10日 06:5\d 已签收"))).to_be_visible()
    driver.visit(officer, "值班台")
    expect(officer.get_by_text("现在没有等您办理的事")).to_be_visible()


def height(one: Locator) -> float:
    """How far down the page it stands."""
    box = one.bounding_box()
    assert box is not None
    return box["y"]


def an_incident_comes_up(day: Day) -> str:
    officer, unit = day.pages["lijun"], day.at("chenjie", size=driver.PHONE)
    expect(unit.get_by_text("现在没有等您办理的事")).to_be_visible()
    day.it_is(7)
    with day.desk.store.reading() as t:
        (incident,) = t.incidents.ongoing()
    for page in (officer, unit):
        expect(row(page, incident.id)).to_contain_text("● 一般")
        expect(row(page, incident.id)).to_contain_text("尚未签收")
    row(officer, incident.id).get_by_role("button", name="签收").click()
    driver.told(officer, "已签收")
    expect(row(unit, incident.id).get_by_role("button", name="签收")).to_have_count(0)
    assert [mail["To"] for mail in day.mailbox.with_subject(HEATING)] == [
        "chenjie@huichuan.example",
        "hejing@huichuan.example",
    ], "the unit, and of the office who was on duty when it came up: the night officer"
    return incident.id


def its_posts_are_read_and_one_is_corrected(day: Day, incident: str) -> None:
    officer = day.pages["lijun"]
    row(officer, incident).get_by_role("link", name=HEATING).click()
    tab(officer, "帖文")
    block = officer.get_by_test_id("stVerticalBlock").filter(has_text=BANG)
    post = block.filter(has_text="为什么这样判").last
    # Drawn from above: until its own part is there, the last one is that of all posts.
    expect(post.get_by_text("为什么这样判")).to_have_count(1)
    post.get_by_text("为什么这样判").click()
    expect(post).to_contain_text(re.compile("情感.*负面.*关联.*供热期", re.DOTALL))
    assert said_in(day, incident, BANG)
    post.get_by_role("button", name="更正…").click()
    dialog = officer.get_by_role("dialog")
    dialog.get_by_text("中性", exact=True).click()
    dialog.get_by_label("理由（可不填）").fill("只是描述")
    dialog.get_by_role("button", name="保存更正").click()
    driver.told(officer, "已更正")
    expect(block.filter(has_text="人工更正").last).to_be_visible()
    day.work()
    assert not said_in(day, incident, BANG)
    evaluator = day.at("zhaomin", f"/incident?id={incident}")
    tab(evaluator, "经过")
    expect(evaluator.get_by_test_id("stTable")).to_contain_text("李军 更正一条帖文的研判：负面")


def said_in(day: Day, incident: str, words: str) -> bool:
    """Whether a post of the incident says so."""
    with day.desk.store.reading() as t:
        posts = t.posts.many(member.post_id for member in t.incidents.members(incident))
    return any(words in post.text for post in posts.values())


def a_call_is_entered(day: Day, incident: str) -> None:
    officer, unit = day.at("lijun", "/entry"), day.at("chenjie", f"/incident?id={incident}")
    officer.get_by_label("内容").fill(CALL)
    officer.get_by_label("内容").press("Control+Enter")
    driver.told(officer, "已登记")
    day.work()
    unit.get_by_role("button", name=re.compile(r"又有 \d+ 条新帖文，点此刷新")).click()
    tab(unit, "帖文")
    expect(unit.get_by_text(MASKED)).to_be_visible()
    expect(unit.get_by_text("张建国")).to_have_count(0)
    expect(unit.get_by_text("139")).to_have_count(0)


def it_becomes_a_major_emergency(day: Day, incident: str) -> None:
    officer, office = day.at("lijun"), day.at("wangfang")
    for minute in (15, 30, 45):
        day.it_is(7, minute)
    for page in (officer, office):
        expect(row(page, incident)).to_contain_text("◆ 重大突发")
        expect(row(page, incident)).to_contain_text(re.compile(r"已过 \d+分\d\d秒"))
        expect(row(page, incident)).to_contain_text("须重新签收")
    assert day.mailbox.with_subject("升为〔重大突发〕")
    driver.open_incident(officer, incident=incident)
    driver.act(officer, "签收")
    driver.told(officer, "已签收")
    driver.act(officer, "核实属实")
    driver.told(officer, "已核实")
    expect(row(office, incident)).to_contain_text("已核实")
    expect(row(office, incident)).to_contain_text("已签收")


def a_claim_is_verified(day: Day, incident: str) -> None:
    officer = day.at("lijun", f"/incident?id={incident}")
    tab(officer, "回应")
    officer.get_by_role("button", name="登记核实情况…").click()
    dialog = officer.get_by_role("dialog")
    dialog.get_by_label("网上怎么说").fill("说北关锅炉房爆炸")
    dialog.get_by_text("不属实", exact=True).click()
    dialog.get_by_label("依据：查了什么").fill("到北关锅炉房查看，设备完好；破裂的是解放路的管道")
    dialog.get_by_role("button", name="登记", exact=True).click()
    driver.told(officer, "已登记核实情况")
    expect(officer.get_by_text("说北关锅炉房爆炸")).to_be_visible()


def another_matter_is_handed_to_a_unit(day: Day) -> str:
    officer, helper = day.at("lijun", "/entry"), day.at("weishui")
    expect(helper.get_by_text("现在没有等您办理的事")).to_be_visible()
    officer.get_by_label("事件名称").fill(SINKHOLE)
    officer.get_by_role("textbox", name="怎样得知").fill("区领导电话交办")
    officer.get_by_role("button", name="登记事件").click()
    expect(officer.get_by_role("heading", name=SINKHOLE)).to_be_visible()
    driver.act(officer, "转办")
    dialog = officer.get_by_role("dialog")
    dialog.get_by_label("转给哪个单位").click()
    officer.get_by_role("option", name=HELPER, exact=True).click()
    dialog.get_by_label("转办的理由").fill("塌陷处是供水管道")
    dialog.get_by_role("button", name="转办", exact=True).click()
    driver.told(officer, "事件已转办")
    with day.desk.store.reading() as t:
        (incident,) = [one.id for one in t.incidents.ongoing() if one.title == SINKHOLE]
    expect(row(helper, incident)).to_contain_text("尚未签收")
    row(helper, incident).get_by_role("button", name="签收").click()
    driver.told(helper, "已签收")
    driver.open_incident(officer, incident=incident)
    expect(officer.get_by_text(re.compile("签收.*魏水")).first).to_be_visible()
    return incident


# 责任单位


def the_unit_works_on_its_telephone(day: Day, incident: str) -> None:
    day.it_is(8, 15)
    unit = day.at("chenjie")
    expect(unit.get_by_text(SINKHOLE)).to_have_count(0)
    expect(row(unit, incident)).to_contain_text(re.compile(r"剩 1小时\d\d分"))
    row(unit, incident).get_by_role("link", name=HEATING).click()
    expect(driver.clock(unit)).to_contain_text("剩 1小时")
    tab(unit, "措施")
    for side, what in (("线下", "关闭解放路阀门，抢修队到场"), ("线上", "在政务号发布停热抢修通知")):
        unit.get_by_role("button", name="登记措施…").click()
        dialog = unit.get_by_role("dialog")
        dialog.get_by_text(side, exact=True).click()
        dialog.get_by_label("做了什么").fill(what)
        dialog.get_by_role("button", name="登记", exact=True).click()
        driver.told(unit, "措施已登记")
        expect(unit.locator("[class*='st-key-measure_']").filter(has_text=what)).to_be_visible()
    driver.draft_report(unit)
    for part, measure in ((driver.PARTS[2], "在政务号发布停热抢修通知"), (driver.PARTS[3], "关闭解放路阀门")):
        expect(driver.part_form(unit, part).get_by_label(part, exact=True)).to_have_value(re.compile(measure))
    for part in driver.PARTS:
        driver.confirm_part(unit, part)
    the_answer_is_drafted(unit)


def the_answer_is_drafted(unit: Page) -> None:
    tab(unit, "回应")
    unit.get_by_role("button", name="起草回应…").click()
    dialog = unit.get_by_role("dialog")
    expect(dialog.get_by_text("网民关注的焦点")).to_be_visible()
    dialog.get_by_label("回应的内容").fill(ANSWER)
    dialog.get_by_role("button", name="保存").click()
    driver.told(unit, "已保存")
    answer = unit.locator("[class*='st-key-answer_H']")
    expect(answer).to_contain_text("否定说法缺核实记录")
    answer.get_by_role("button", name="送审").click()
    driver.told(unit, "没有核实记录支持")
    answer.get_by_role("button", name="修改…").click()
    dialog.get_by_label("依据的核实记录").click()
    unit.get_by_role("option", name=re.compile("锅炉房爆炸")).click()
    dialog.get_by_label("回应的内容").click()
    dialog.get_by_role("button", name="保存").click()
    driver.told(unit, "已保存")
    expect(answer).not_to_contain_text("否定说法缺核实记录")
    answer.get_by_role("button", name="送审").click()
    driver.told(unit, "已送审")
    expect(answer.get_by_role("button", name="审定…")).to_have_count(0)


def the_unit_registers_what_was_published(day: Day, incident: str) -> None:
    unit = day.at("chenjie", f"/incident?id={incident}")
    expect(driver.clock(unit)).to_have_text("首报已报送")
    tab(unit, "回应")
    unit.get_by_label("发布页面的网址").fill("https://huichuan.example/news/7")
    unit.get_by_role("button", name="登记回应").click()
    driver.told(unit, "回应已登记")
    officer = day.at("lijun", f"/incident?id={incident}")
    tab(officer, "经过")
    expect(officer.get_by_test_id("stTable")).to_contain_text("陈杰 登记回应")


# 区委办公室


def the_office_starts_the_plan(day: Day, incident: str) -> None:
    office, officer = day.at("wangfang", f"/incident?id={incident}"), day.at("lijun")
    driver.start_plan(office)
    expect(row(officer, incident)).to_contain_text(re.compile(r"剩 1小时59分\d\d秒"))
    expect(row(officer, incident)).to_contain_text("报送首报")
    expect(row(day.at("chenjie"), incident)).to_contain_text(re.compile(r"剩 1小时59分\d\d秒"))


def the_office_approves_files_and_reports_upward(day: Day, incident: str) -> None:
    day.it_is(8, 40)
    office = day.at("wangfang", f"/incident?id={incident}")
    tab(office, "回应")
    office.get_by_role("button", name="审定…").click()
    dialog = office.get_by_role("dialog")
    dialog.get_by_label("理由").or_(dialog.get_by_label("意见")).first.fill("先答抢修和恢复时间")
    dialog.get_by_role("button", name="审定，可以公开").click()
    driver.told(office, "已审定")
    tab(office, "报告")
    driver.file_report(office)
    expect(driver.clock(office)).to_have_text("首报已报送")
    tab(office, "上报")
    leaders = office.locator(".st-key-upward_district_leaders")
    leaders.get_by_role("button", name="上报…").click()
    dialog.get_by_text("机要", exact=True).click()
    dialog.get_by_label("报送时刻").fill(f"{day.clock.now().astimezone(CHINA):%H:%M}")
    dialog.get_by_label("编号，或由谁接收").fill("机要第12号")
    dialog.get_by_role("button", name="登记", exact=True).click()
    driver.told(office, "报送已记入台账")
    expect(leaders).to_contain_text("已报，待回执")
    expect(day.pages["lijun"].get_by_role("link", name="上报台账")).to_be_visible()
    expect(day.pages["chenjie"].get_by_role("link", name="上报台账")).to_have_count(0)


def the_office_makes_an_entry_public(day: Day) -> None:
    writer, other = day.at("wangfang", "/public"), day.at("sunli", "/public")
    writer.get_by_role("button", name="起草条目…").click()
    dialog = writer.get_by_role("dialog")
    dialog.get_by_label("公开事项").click()
    writer.get_by_role("option").filter(has_text=HEATING).click()
    dialog.get_by_label("题目").fill("解放路供热管道破裂的抢修和退费")
    dialog.get_by_label("疑问 1").fill(QUESTION)
    dialog.get_by_label("答复 1").fill("停热一天的取暖费退还，5月底前到账。")
    dialog.get_by_label("办理情况").fill("管道已修复，14时恢复供热。")
    dialog.get_by_role("button", name="保存").click()
    driver.told(writer, "已保存")
    writer.get_by_role("button", name="送审").click()
    driver.told(writer, "已送审")
    expect(writer.get_by_role("button", name="审定…")).to_have_count(0)
    other.reload()
    other.get_by_role("button", name="审定…").click()
    other.get_by_role("dialog").get_by_role("button", name="审定").click()
    driver.told(other, "已审定")
    other.get_by_role("button", name="公开", exact=True).click()
    driver.told(other, "已公开")
    expect(day.at("lijun", "/public").get_by_text(QUESTION)).to_be_visible()


# Evening


def the_incident_is_closed(day: Day, incident: str) -> None:
    day.it_is(16)
    officer = day.at("lijun", f"/incident?id={incident}")
    driver.act(officer, "办结…")
    dialog = officer.get_by_role("dialog")
    expect(dialog.get_by_text("线上、线下措施都已登记")).to_be_visible()
    dialog.get_by_role("button", name="办结事件").click()
    driver.told(officer, "事件已办结")
    unit = day.at("chenjie", "/incident")
    expect(unit.get_by_role("heading", name=re.compile("已办结、已排除或已并入 · 1"))).to_be_visible()
    expect(unit.get_by_role("link", name=HEATING).first).to_be_visible()


def the_shift_is_handed_over(day: Day, incident: str, other_matter: str) -> None:
    day.it_is(18, 40)
    officer = day.at("lijun", "/duty")
    tab(officer, "值班日志")
    officer.get_by_label("记一条").fill("供热公司来电：全部小区已恢复供热，联系电话13900001111")
    officer.get_by_role("button", name="记入日志").click()
    driver.told(officer, "已记入值班日志")
    expect(officer.get_by_text("全部小区已恢复供热，联系电话〔手机号〕")).to_be_visible()
    for deed in ("办结", "核实属实", "转办", "启动预案", "报送"):
        expect(officer.get_by_role("tabpanel").get_by_text(deed).first).to_be_visible()
    tab(officer, "交接班")
    note = officer.get_by_label("交接内容")
    expect(note).to_have_value(re.compile(f"本班经过：.*李军 签收 {incident}.*要盯的事：", re.DOTALL))
    note.fill("供热事件已办结。塌陷处今晚继续抢修，留意反映。")
    officer.get_by_role("combobox", name="接班人").click()
    officer.get_by_role("option", name=re.compile("何静")).click()
    officer.get_by_role("button", name="写好，交给接班人签收").click()
    driver.told(officer, "交接记录已写好")
    night = day.at("hejing")
    expect(row(night, other_matter)).to_contain_text(SINKHOLE)
    night.get_by_role("link", name="李军的交接班记录").click()
    expect(night.get_by_text("塌陷处今晚继续抢修")).to_be_visible()
    expect(night.get_by_role("link", name=re.compile(SINKHOLE))).to_be_visible()
    night.get_by_role("button", name="签收，接班").click()
    driver.told(night, "已签收接班")
    driver.visit(officer, "值班台")
    driver.visit(officer, "值班表")
    expect(officer.get_by_text(re.compile(r"何静 4月10日 18:4\d 已签收"))).to_be_visible()


# 评估人员


def the_heating(day: Day) -> str:
    """The first incident of the heating; where nobody has walked the day before, it comes up now."""
    if not heating_incidents(day):
        day.it_is(7)
    return min(heating_incidents(day))


def heating_incidents(day: Day) -> list[str]:
    """The numbers of its incidents, ended ones too."""
    who = PEOPLE["zhaomin"]
    with day.desk.store.reading() as t:
        rows = [*views.open_incidents(t, who), *views.ended_incidents(t, who)]
    return [row.id for row in rows if HEATING in row.title]


def every_page_is_read(day: Day) -> None:
    evaluator = day.at("zhaomin")
    offered: dict[Place, set[str]] = {}
    for place in Place:
        listed = evaluator.get_by_role("link", name=place.title, exact=True)
        if not place.opens_to(PEOPLE["zhaomin"]):
            expect(listed).to_have_count(0)
            continue
        day.at("zhaomin", place.address)
        drawn(evaluator)
        if place not in UNLISTED:
            expect(listed.first).to_be_attached()
        offered[place] = changing(evaluator)
    assert {place: names for place, names in offered.items() if names} == {}
    for place in (Place.ENTRY, Place.MESSAGES, Place.DUTY, Place.ADMINISTRATION):
        assert place not in offered
        evaluator.goto(place.address)
        expect(evaluator.get_by_text(f"您的身份不能使用“{place.title}”")).to_be_visible()
    day.at("zhaomin", "/ledger")
    record = evaluator.locator("[class*='st-key-record_']").filter(has_text=HEATING)
    expect(record.get_by_role("link", name="20260410-001")).to_be_visible()
    record.get_by_role("link", name=HEATING).first.click()
    expect(evaluator.get_by_role("heading", name="公开事项", exact=True, level=2)).to_be_visible()
    drawn(evaluator)
    assert changing(evaluator) == set()
    day.at("zhaomin", "/log")
    expect(evaluator.get_by_role("cell", name="王芳").first).to_be_visible()
    party_records_are_not_shown_to(day, "zhaomin")


def the_incident_is_read(day: Day, incident: str) -> None:
    evaluator = day.at("zhaomin", f"/incident?id={incident}")
    expect(evaluator.get_by_text("您对这个事件只有查看权限")).to_be_visible()
    drawn(evaluator)
    assert evaluator.get_by_role("tab").count() > 5
    assert changing(evaluator) == set()


def changing(page: Page) -> set[str]:
    """The buttons of a page and of its tabs by which something may be changed, by name."""
    found = buttons(page)
    for name in page.get_by_role("tab").all_inner_texts():
        tab(page, name)
        expect(page.locator("[role=tabpanel]:visible")).not_to_be_empty()
        drawn(page)
        found |= buttons(page)
    return {name for name in found if not READING.match(name)}


def buttons(page: Page) -> set[str]:
    """The names of the buttons that are offered now, without those that choose what is shown and the names of icons."""
    shown = page.get_by_test_id("stMain").get_by_role("button")
    texts = shown.evaluate_all(
        "all => all.filter(one => !one.closest('[data-testid=stButtonGroup]')).map(one => one.innerText)"
    )
    lines = (line.strip() for text in texts for line in text.splitlines())
    return {line for line in lines if line and not re.fullmatch("[a-z_]+", line)}


def party_records_are_not_shown_to(day: Day, username: str) -> None:
    """What is open within the party only: on none of its pages for them, on its own page for the officer on duty."""
    for address in ("/ledger", "/search", "/record?id=p01"):
        page = day.at(username, address)
        drawn(page)
        expect(page.get_by_text(PARTY)).to_have_count(0)
    expect(page.get_by_text("没有这条公开事项，或它不属于您可以查看的范围")).to_be_visible()
    expect(day.at("lijun", "/record?id=p01").get_by_text(PARTY).first).to_be_visible()


def what_is_taken_away_is_masked(day: Day, folder: Path) -> None:
    officer = day.at("lijun", "/entry")
    officer.get_by_label("内容").fill("来电询问养老院供水，联系人王建国，电话13712345678")
    officer.get_by_label("内容").press("Control+Enter")
    driver.told(officer, "已登记")
    day.work()
    evaluator = day.at("zhaomin", "/search")
    evaluator.get_by_label("词语").fill("养老院供水")
    evaluator.get_by_role("button", name="搜索", exact=False).first.click()
    expect(evaluator.get_by_text(MASKED)).to_be_visible()
    with evaluator.expect_download() as waiting:
        evaluator.get_by_role("button", name="导出 .csv").click()
    waiting.value.save_as(folder / "posts.csv")
    (found,) = csv.DictReader(StringIO((folder / "posts.csv").read_text("utf-8-sig")))
    assert MASKED in found["正文"]
    assert "王建国" not in str(found)


# 管理员


def a_person_is_added_who_signs_in(day: Day, admin: Page) -> None:
    tab(admin, "账户")
    admin.get_by_label("用户名").fill("xiaolin")
    admin.get_by_label("姓名").fill("林晓")
    admin.get_by_role("button", name="添加", exact=True).click()
    driver.told(admin, "xiaolin 的初始密码（只显示这一次")
    first = admin.get_by_test_id("stCode").inner_text().strip()
    fresh = driver.new_page(day.browser, day.base)
    driver.sign_in_form(fresh, "xiaolin", first)
    driver.change_first_password(fresh, first, "新来的人-2026-守望")
    expect(fresh.get_by_role("button", name="林晓 · 值班员")).to_be_visible()
    expect(fresh.get_by_role("heading", name="要办的事")).to_be_visible()
    fresh.context.close()


def a_password_is_reset(day: Day, admin: Page) -> None:
    night = day.at("hejing")
    drawn(admin)
    admin.get_by_role("combobox", name="账户").click()
    admin.get_by_role("option", name=re.compile("何静")).click()
    admin.get_by_role("button", name="重设密码").click()
    driver.told(admin, "hejing 的初始密码（只显示这一次")
    expect(night.get_by_text("请先登录")).to_be_visible()


def a_figure_is_changed_and_taken_back(day: Day, admin: Page) -> None:
    tab(admin, "等级规则")
    admin.get_by_role("button", name="改一个数值…").click()
    dialog = admin.get_by_role("dialog")
    dialog.get_by_role("spinbutton", name="改成").fill("5")
    dialog.get_by_label("理由（必填").fill("试行")
    dialog.get_by_role("button", name="保存").click()
    driver.told(admin, "数值已改")
    office = day.at("wangfang", "/administration")
    tab(office, "等级规则")
    expect(office.get_by_text("24小时内出现5个不同声音").first).to_be_visible()
    expect(office.get_by_text("不同声音（个） 3 → 5").first).to_be_visible()
    admin.get_by_role("button", name="撤销").click()
    driver.told(admin, "已撤销")
    day.at("wangfang", "/administration")
    tab(office, "等级规则")
    expect(office.get_by_text("24小时内出现3个不同声音").first).to_be_visible()


def a_source_is_added(day: Day, admin: Page) -> None:
    day.site.pages["/notices"] = Answer(FEED)
    day.at("admin", "/sources")
    admin.get_by_role("button", name="添加采集源").click()
    admin.get_by_role("combobox", name="类别").click()
    admin.get_by_role("option", name="订阅").click()
    for label, text in (("编号", "notices"), ("名称", "惠川通知"), ("网址", day.site.url("/notices"))):
        admin.get_by_role("textbox", name=label).fill(text)
        admin.get_by_role("textbox", name=label).press("Tab")
    admin.get_by_role("combobox", name="渠道").click()
    admin.get_by_role("option", name="新闻").click()
    expect(admin.get_by_text("填写无误")).to_be_visible()
    drawn(admin)
    admin.get_by_role("button", name="试采").click()
    preview = admin.locator(".st-key-source_preview")
    expect(preview).to_contain_text("将入库 1 条", timeout=60_000)
    expect(preview).to_contain_text("今晚停水，详询〔手机号〕")
    drawn(admin)
    admin.get_by_role("button", name="保存").click()
    driver.told(admin, "已保存")
    evaluator = day.at("zhaomin", "/sources")
    expect(evaluator.get_by_role("link", name="惠川通知")).to_be_visible()

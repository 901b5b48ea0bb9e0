"""What is to be disclosed goes every way of both profiles in a real browser, each step done by whoever has the duty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Browser, Page, expect

from records.disclosures import Disclosure
from records.words import Attribute, Audience, Risk, Scope
from tests.dashboard import driver, seeding, walking
from tests.dashboard.conftest import Served
from tests.dashboard.walking import HELPER, UNIT, Office

pytestmark = pytest.mark.browser
HOSTILE = "关于老旧小区加装电梯的通知 <img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One desk for every way."""
    with walking.served_office(tmp_path_factory.mktemp("desk")) as opened:
        yield opened


@pytest.fixture(scope="module")
def office(served: Served, browser: Browser) -> Iterator[Office]:
    """Everybody at the desk. Text that runs as a script would open a dialog of the browser: none may."""
    desk = seeding.opened(served.settings)
    everybody = Office(browser, served, desk)
    yield everybody
    for page in everybody.pages.values():
        page.context.close()
    desk.close()
    assert everybody.scripts_run == []


def record(office: Office, number: str) -> Disclosure | None:
    with office.desk.store.reading() as t:
        return t.disclosures.get(number)


def waits_for(page: Page, words: str) -> None:
    expect(page.locator(".st-key-proposal_to_do")).to_contain_text(words)


def ended(page: Page, words: str) -> None:
    expect(page.locator("[class*=stMarkdownBadge]").filter(has_text=words).first).to_be_visible()


@pytest.mark.clause("H-3", "H-6(3)", "H-15", "H-16", "H-26", "H-30")
def test_an_important_joint_document_takes_the_five_steps_with_every_signature(office: Office, tmp_path: Path):
    page = office.at("chengban", "/proposals")
    page.get_by_role("button", name="提出公开事项").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("题目").fill(HOSTILE)
    dialog.get_by_label("正文").fill("加装电梯须经本单元业主同意。内部资料，注意保存。")
    for box in ("以党委或办公室名义印发的公文", "重要信息，须主要负责人审批", "主动公开", "与上面的单位联合发文"):
        dialog.get_by_text(box).first.click()
    for label, option in (
        ("公开范围", "面向社会"),
        ("公开方式", "社会公开"),
        ("公开平台", "政府公众网"),
        ("公开时限", "长期公开"),
        ("涉及的其他单位", HELPER),
        ("舆情风险等级", "低"),
        ("属于哪些解读范围", "重大民生措施"),
    ):
        walking.choose(page, label, option)
    walking.enter_day(page, "公开事项确定之日", "20260409")
    dialog.get_by_text("需要解读：").click()
    walking.enter_day(page, "拟好日期", "20260410")
    dialog.get_by_label("解读材料", exact=True).fill("谁可以装、怎样分摊费用。")
    walking.save(page, "已保存")
    expect(page.get_by_text("现在要办的")).to_be_visible()
    number = page.url.rsplit("=", 1)[-1]
    walking.sign(page, "保密审核初步意见", "无涉密内容")
    walking.sign(page, "提出公开")
    expect(page.get_by_role("button", name="修改审批表")).to_have_count(0)
    page = office.at("fenguan", "/")
    expect(page.locator("[class*='st-key-row_proposals']")).to_contain_text("有 1 件拟公开事项等您办理")
    office.sign("fenguan", number, "保密审查意见")

    page = office.open("baomi", number)
    expect(page.locator(".st-key-proposal_flags")).to_contain_text("内部资料")
    walking.refused(page, "保密负责人审查", "没有核销")
    walking.with_reason(page, "核销", "可以公开的理由", "引的是公开出版的书名", "已核销")
    expect(page.locator(".st-key-proposal_flags")).to_have_count(0)
    walking.sign(page, "保密负责人审查")

    office.sign("shuiwu", number, "涉及单位确认")
    office.sign("wangfang", number, "公文公开属性审核")
    page = office.open("fenguan", number)
    walking.refused(page, "分管领导意见", "先完成舆情风险评估")
    office.assess(number)
    page = office.sign("fenguan", number, "分管领导意见")
    waits_for(page, "主要领导意见")
    office.sign("zhuren", number, "主要领导意见", "解读材料审签")
    office.sign("shuji", number, "签发")
    assert record(office, number) is None
    page = office.sign("chengban", number, "公开发布", link="https://gov.example/dianti")
    expect(page.get_by_role("link", name="查看公开页面")).to_be_visible()
    made = record(office, number)
    assert made is not None
    assert (made.title, made.scope, made.unit, made.interpretation) == (
        HOSTILE, Scope.PUBLIC, UNIT, "谁可以装、怎样分摊费用。",
    )  # fmt: skip
    page = office.sign("dangan", number, "归档")
    ended(page, "已公开并归档")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载审批表").click()
    waiting.value.save_as(tmp_path / "form.docx")
    paper = Document(str(tmp_path / "form.docx"))
    cells = "".join(cell.text for table in paper.tables for cell in table._cells)
    assert all(name in cells for name in ("程办", "冯管", "鲍密", "祝任"))
    below = "".join(line.text for line in paper.paragraphs)
    assert f"部门：{UNIT}（牵头）、{HELPER}" in below
    assert "解读材料审签" in below


@pytest.mark.clause("H-6")
def test_without_its_attribute_it_is_not_proposed_and_what_is_returned_is_signed_anew(office: Office):
    number = office.begun(office.form(attribute=None))
    page = office.open("chengban", number)
    waits_for(page, "注明公开属性")
    walking.refused(page, "保密审核初步意见", "注明公开属性")
    page.get_by_role("button", name="修改审批表").click()
    page.get_by_role("dialog").get_by_text("主动公开", exact=True).click()
    walking.save(page, "审批表已更新")
    office.walk(number, "secrecy_officer")
    page = office.open("wangfang", number)
    walking.with_reason(page, "退回", "退回的理由", "公开方式与内容不符", "已退回")
    page = office.open("chengban", number)
    expect(page.get_by_text("公开方式与内容不符")).to_be_visible()
    expect(page.get_by_text("已失效").first).to_be_visible()
    waits_for(page, "保密审核初步意见（等我办理）")


@pytest.mark.clause("H-5")
def test_what_is_withheld_says_why_and_ends_in_the_archive_unpublished(office: Office):
    number = office.begun(office.form(attribute=Attribute.WITHHELD, attribute_reason=None))
    page = office.open("chengban", number)
    waits_for(page, "写明不予公开的理由")
    page.get_by_role("button", name="修改审批表").click()
    page.get_by_role("dialog").get_by_label("公开或不予公开的理由").fill("尚在审理")
    walking.save(page, "审批表已更新")
    office.walk(number, "deputy")
    office.sign("fenguan", number, "分管领导意见")
    page = office.sign("dangan", number, "归档")
    ended(page, "不予公开，已归档")
    assert record(office, number) is None


@pytest.mark.clause("H-9")
def test_the_signer_of_a_document_decides_last(office: Office):
    number = office.begun(office.form(document=True), "issue")
    page = office.open("shuji", number)
    walking.refused(page, "签发", "理由", decide="不予公开")
    walking.sign(page, "签发", "时机未到", "不予公开")
    expect(page.get_by_text("不予公开（签发人决定）")).to_be_visible()
    ended(office.sign("dangan", number, "归档"), "不予公开，已归档")
    assert record(office, number) is None


@pytest.mark.clause("H-16")
def test_a_co_unit_that_objects_sends_it_back_and_the_unit_withdraws_it(office: Office):
    number = office.begun(office.form(title="水费调整的通知", co_units=(HELPER,)), "co_unit")
    page = office.open("shuiwu", number)
    walking.with_reason(page, "退回", "退回的理由", "水价数字与我局不一致", "已退回")
    page = office.open("chengban", number)
    expect(page.get_by_text("水价数字与我局不一致")).to_be_visible()
    walking.with_reason(page, "撤回", "撤回的理由", "并入下次调整", "已撤回")
    ended(page, "已撤回")
    page = office.at("chengban", "/proposals")
    page.get_by_text("已结束", exact=True).click()
    expect(page.get_by_role("link", name="水费调整的通知")).to_be_visible()


@pytest.mark.clause("H-29")
def test_the_unit_that_drafts_the_interpretation_writes_it_and_its_head_signs_it(office: Office):
    form = office.form(co_units=(HELPER,), interpreted=True, interpreter=HELPER)
    number = office.begun(replace(form, interpretation_due=form.decided_on))
    page = office.open("chengban", number)
    waits_for(page, "填写解读材料")
    expect(page.get_by_text("已晚 1 天")).to_be_visible()
    page = office.open("shuiwu", number)
    page.get_by_role("button", name="写解读材料").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("水表怎样迁。")
    walking.save(page, "解读材料已保存")
    office.walk(number, "publish")
    office.sign("shuihead", number, "解读材料审签")
    office.sign("chengban", number, "公开发布")
    made = record(office, number)
    assert made is not None
    assert made.interpretation == "水表怎样迁。"


@pytest.mark.clause("E-2(5)3")
def test_a_leader_allows_more_time_and_the_last_day_moves(office: Office):
    number = office.begun(office.form(), "secrecy_second")
    page = office.open("fenguan", number)
    page.get_by_role("button", name="批准延期…").click()
    page.get_by_role("dialog").get_by_label("理由").fill("数据需核对")
    page.get_by_role("dialog").get_by_role("button", name="批准延期").click()
    driver.told(page, "已批准延期")
    expect(page.get_by_text("延期至")).to_be_visible()
    expect(page.locator(".st-key-proposal_due")).to_contain_text("最迟公开")


@pytest.mark.clause("H-20")
def test_what_was_published_is_corrected_and_withdrawn_by_a_course_of_its_own(office: Office):
    number = office.begun(office.form(title="物业收费公示"), "end")
    for button, said, at_last in (("更正", "补充咨询电话", "第 2 版"), ("撤回", "内容有误，另行公布", "已撤回")):
        page = office.at("chengban", f"/record?id={number}")
        page.get_by_role("button", name=f"{button}…").click()
        page.get_by_role("dialog").get_by_label("说明（随公开内容").fill(said)
        walking.choose(page, "公开方式", "社会公开")
        walking.choose(page, "公开平台", "政府公众网")
        walking.save(page, "已保存")
        waits_for(page, "保密审核初步意见（等我办理）")
        course = page.url.rsplit("=", 1)[-1]
        office.walk(course, "publish")
        office.sign("chengban", course, "公开发布")
        office.walk(course, "end")
        page = office.at("chengban", f"/record?id={number}")
        expect(page.get_by_text(at_last).first).to_be_visible()
        expect(page.get_by_text(said).first).to_be_visible()


@pytest.mark.clause("E-2(3)2")
def test_an_evaluator_reads_what_is_for_society_and_presses_nothing(office: Office):
    office.begun(office.form(title="党内通报一则", audience=Audience.PARTY), "deputy")
    number = office.begun(office.form(title="给评估人员看的一件"), "deputy")
    page = office.at("zhaomin", "/proposals")
    expect(page.get_by_role("link", name="给评估人员看的一件")).to_be_visible()
    expect(page.get_by_text("党内通报一则")).to_have_count(0)
    expect(page.get_by_role("button", name="提出公开事项")).to_have_count(0)
    page = office.open("zhaomin", number)
    expect(page.locator(".st-key-proposal_to_do").get_by_role("button")).to_have_count(0)


@pytest.mark.clause("E-2(7)4")
def test_a_release_is_planned_of_a_proposal(office: Office):
    office.begun(office.form(title="拟于下月发布的一件"), "deputy")
    page = office.at("wangfang", "/releases")
    page.get_by_role("button", name="安排发布").click()
    page.get_by_label("发布什么").fill("加装电梯政策")
    page.get_by_role("combobox", name="公开事项或拟公开事项").click()
    page.get_by_role("option", name="：拟于下月发布的一件").click()
    page.get_by_role("button", name="列入日历").click()
    driver.told(page, "已列入发布日历")
    with office.desk.store.reading() as t:
        (planned,) = t.releases.about([one.id for one in t.proposals.running()])
    assert planned.record is None


@pytest.mark.clause("E-2(6)", "E-2(6)5", "E-2(7)3")
def test_an_important_matter_takes_the_six_steps_with_interpretation_and_feedback(office: Office):
    form = office.form(title="协商议事规则", attribute_reason=None, important=True, risk=Risk.LOW, grounds=("key",))
    number = office.begun(form, profile="E")
    page = office.open("chengban", number)
    waits_for(page, "写明公开或不予公开的理由")
    waits_for(page, "注明需要解读")
    page.get_by_role("button", name="修改审批表").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("公开或不予公开的理由").fill("涉及面广")
    dialog.get_by_text("需要解读：").click()
    dialog.get_by_label("解读材料", exact=True).fill("为什么定、怎样办。")
    walking.save(page, "审批表已更新")
    walking.sign(page, "保密初审")
    walking.sign(page, "提出公开方案")
    office.sign("baomi", number, "保密审查意见")
    office.sign("wangfang", number, "公开工作机构审核")
    office.assess(number)
    office.sign("fenguan", number, "分管负责人审批")
    office.sign("zhuren", number, "主要负责人审批")
    page = office.sign("chengban", number, "实施公开")
    walking.sign(page, "反馈情况", "设意见箱一个，收到意见 3 条，均已答复")
    page = office.sign("dangan", number, "归档")
    ended(page, "已公开并归档")
    expect(page.get_by_text("设意见箱一个")).to_be_visible()
    made = record(office, number)
    assert made is not None
    assert made.interpretation == "为什么定、怎样办。"


@pytest.mark.clause("E-2(6)3")
def test_what_the_six_steps_withhold_is_neither_published_nor_fed_back(office: Office):
    number = office.begun(office.form(), "deputy", "E")
    page = office.open("fenguan", number)
    walking.sign(page, "分管负责人审批", "尚未定稿", "不予公开")
    ended(office.sign("dangan", number, "归档"), "不予公开，已归档")
    assert record(office, number) is None

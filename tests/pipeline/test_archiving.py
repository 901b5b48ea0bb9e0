"""A record with everything that belongs to it is put away in one package; nothing in it says who posted or suggested."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from sqlalchemy import Connection, event

from casework.disclosures.archive_pieces import Wording
from casework.reports.document import Letterhead
from casework.suggestions.moves import Said
from nlp.admission import admit, without_personal_data
from pipeline import archiving, proposing, reporting, suggesting
from pipeline.acts import Actor, Deps, attempt
from pipeline.archiving import ARCHIVE, Shelf
from pipeline.intake import receive_file_row
from pipeline.notify import page_only
from pipeline.owing import Owed
from pipeline.publication_log import Page
from pipeline.publishing import Noted as Published
from pipeline.publishing import note_publication
from pipeline.refusals import Refused
from records.actions import Act, Action
from records.answers import Verdict, Verification
from records.archives import ArchivePackage
from records.measures import Measure, Side
from records.posts import RawPost, Reactions
from records.releases import Release, ReleaseState, ReleaseStep
from records.risks import Judged, Prepared, RiskAssessment, RiskForm, RiskNote, RiskNoted
from records.suggestions import Did
from records.words import Attribute, Category, Channel, Purpose, ReportKind, Risk, Role, Scope, Sentiment
from regulation.platforms import platform_rules
from regulation.risk import risk_rules
from regulation.severity import severity_rules
from regulation.suggestions import suggestion_rules
from regulation.upward import upward_rules
from storage.store import Store
from tests.pipeline.answered import APPROVER, WRITER, approved
from tests.pipeline.clocks import MINUTE
from tests.pipeline.known_answers import HOUR, KEEP, NOON, Town, record
from tests.pipeline.test_proposing import (
    ARCHIVIST,
    COURSE,
    DRAFTER,
    FORM,
    HEAD,
    LEADER,
    OFFICER,
    SECRECY,
    UNIT,
    Office,
)
from tests.pipeline.test_suggesting import HANDLING

PHONE, NICKNAME, ID_CARD = "13812345678", "暖暖小太阳", "640205199001011234"
POSTER = f"@{NICKNAME} 说小区还是不热，打{PHONE}找我，身份证{ID_CARD}"
LETTERHEAD = Letterhead("版头", "惠舆情报", "区委", "区委办公室")


class Desk:
    """A record that was proposed, approved and published, to which people reacted, and what was done about that."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.reports = folder / "reports"
        wording = Wording("惠川区委", suggestion_rules(), severity_rules(), upward_rules(), risk_rules())
        self.shelf = Shelf(folder / "archive", self.reports, wording)
        self.office = Office(
            store,
            replace(
                FORM,
                body="改造四个小区。内部资料",
                interpretation="为什么改造",
                interpreted=True,
                interpretation_due=FORM.decided_on,
            ),
        )
        self.record = self.office.id
        self.incident = ""

    def publish(self) -> None:
        self.office.walk("secrecy_officer")
        proposing.clear(self.store, self.office.meant(SECRECY), "k1", "已脱密")
        self.office.sign("secrecy_officer", SECRECY, reason="可以公开")
        self.office.sign("deputy", LEADER, reason="同意")
        self.office.sign("interpretation", HEAD)
        self.office.sign("publish", DRAFTER, page=Page("https://gov.example/1"))
        noted = Published(self.record, "gov_site", NOON, "https://gov.example/1", "r1")
        note_publication(self.store, noted, OFFICER, NOON + HOUR, platform_rules())

    def react(self) -> None:
        """Three people post, an incident opens."""
        owed = Owed(upward=upward_rules())
        town = Town(self.store, records=(), owed=owed)
        for number in range(3):
            raw = RawPost(
                f"p{number}", "bbs", Channel.FORUM, "https://bbs.example/u/99", None, f"{POSTER} {number}",
                NOON + HOUR, NOON + HOUR, Reactions(likes=2),
            )  # fmt: skip
            town.labels[f"p{number}"] = (Sentiment.NEGATIVE, self.record, Category.PUBLIC_INTEREST, None)
            with self.store.transaction() as t:
                receive_file_row(t, admit(raw), NOON + HOUR, KEEP)
        incident = town.judge(self.record)
        assert incident is not None
        self.deps = Deps(severity_rules(), page_only, self.reports, LETTERHEAD, owed=owed)
        self.incident = incident.id

    def do(self, act: Act, minutes: float, **args: Any) -> None:
        action = Action(NOON + HOUR + minutes * MINUTE, OFFICER.name, act, {"incident": self.incident, **args})
        attempt(self.store, action, OFFICER, self.deps)

    def answer(self) -> None:
        self.do(Act.SET_SEVERITY, 1, severity="major", reason="电话得知")
        with self.store.transaction() as t:
            which = (t, self.incident, ReportKind.INITIAL)
            for part, found in reporting.prepare(*which, NOON + HOUR).items():
                said = found.text.replace("〔待责任单位补充", "〔补充")
                reporting.confirm_part(*which, part, said, OFFICER, NOON + HOUR, without_personal_data)
        self.do(Act.FILE_REPORT, 2, kind="initial")
        approved(self.store, self.incident, "本周内修好", NOON + HOUR)
        self.do(Act.PUBLISH_RESPONSE, 3, text="本周内修好", url="https://gov.example/2")

    def suggest(self) -> str:
        incoming = suggesting.Incoming(f"请把供热时间提前，电话{PHONE}", "mailbox", NOON, self.record)
        number = suggesting.register(self.store, incoming, OFFICER, NOON + HOUR, HANDLING)
        meant = suggesting.Meant(number, OFFICER, NOON + HOUR + MINUTE)
        suggesting.note(self.store, meant, Did.EXPLAINED, Said("供热时间由自治区规定"), HANDLING)
        return number

    def archive(self, actor: Actor = ARCHIVIST, record_id: str | None = None) -> ArchivePackage:
        return archiving.archive(self.store, record_id or self.record, actor, NOON + 5 * HOUR, self.shelf)

    def files(self, made: ArchivePackage) -> dict[str, bytes]:
        with zipfile.ZipFile(self.shelf.folder / made.file) as source:
            return {name: source.read(name) for name in source.namelist()}

    def kept(self) -> list[ArchivePackage]:
        with self.store.reading() as t:
            return t.archives.all()

    def wrong(self) -> dict[str, list[str]]:
        with self.store.reading() as t:
            checked = archiving.check_all(t, self.shelf.folder)
            return {one.name: list(one.faults) for one in checked if one.faults}


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    return Desk(store, tmp_path)


@pytest.fixture
def walked(desk: Desk) -> Desk:
    """With everything that a package can hold."""
    desk.publish()
    desk.react()
    desk.answer()
    desk.suggest()
    return desk


@pytest.mark.clause("H-34", "H-35(1)", "H-35(4)", "E-2(6)6")
def test_everything_about_a_record_lies_in_its_package(walked: Desk):
    made = walked.archive()
    files = walked.files(made)
    text = {name: content.decode() for name, content in files.items() if not name.endswith(".docx")}
    assert "改造四个小区。内部资料" in text[f"审批表/{walked.record}-第1次填写.txt"]
    signed = json.loads(text["签署意见.json"])
    assert [(one["what"], one["actor"]) for one in signed][-3:] == [
        ("分管领导意见", "分管乙"), ("解读材料审签", "主要己"), ("公开发布", "承办甲"),
    ]  # fmt: skip
    assert "签署人：分管乙\n时间：" in text["签署意见.txt"]
    assert "意见或理由：同意" in text["签署意见.txt"]
    (flag,) = json.loads(text["保密和隐私提示及核销.json"])
    assert (flag["found"], flag["cleared_by"], flag["reason"]) == ("内部资料", "保密丙", "已脱密")
    assert json.loads(text["公开事项/第1版.json"])[0]["title"] == FORM.title
    assert text["解读材料/第1版.txt"] == "为什么改造\n"
    assert "政府公众网" in text["发布记录.txt"]
    folder = f"舆情事件/{walked.incident}"
    assert "报送首报" in text[f"{folder}/经过.txt"]
    assert "本周内修好" in text[f"{folder}/公开回应.txt"]
    assert "等级：重大" in text[f"{folder}/等级变化.txt"]
    assert "上报对象：" in text[f"{folder}/上报台账.txt"]
    (filed,) = walked.reports.iterdir()
    assert files[f"{folder}/报告/{filed.name}"] == filed.read_bytes()
    (suggestion,) = [name for name in text if name.startswith("意见建议/") and name.endswith(".txt")]
    assert "供热时间由自治区规定" in text[suggestion]
    assert json.loads(text["群众反应统计.json"]) == [
        {"day": "2026-04-10", "channel": "forum", "sentiment": "negative", "category": "public_interest", "posts": 3}
    ]
    assert "依据：人工认定" in text[f"{folder}/等级变化.txt"]
    assert "条款：惠党办发〔2019〕48号第四十二条（二）" in text[f"{folder}/上报台账.txt"]
    assert "尚未办结：办结后应再归档一次" in text["目录.txt"]
    assert walked.wrong() == {}


def printed(content: bytes) -> str:
    return "\n".join(one.text for one in docx.Document(io.BytesIO(content)).paragraphs)


def test_nothing_in_a_package_says_who_posted_or_suggested(walked: Desk):
    files = walked.files(walked.archive())
    said = [printed(one) if name.endswith(".docx") else one.decode() for name, one in files.items()]
    assert any("请把供热时间提前" in one for one in said)
    assert any("小区还是不热" in one for one in said)
    for one in said:
        for personal in (PHONE, NICKNAME, ID_CARD, "bbs.example"):
            assert personal not in one


def of_incident(desk: Desk, incident_id: str, actor: Actor = ARCHIVIST, request: str | None = None) -> ArchivePackage:
    return archiving.archive_incident(desk.store, incident_id, actor, NOON + 5 * HOUR, desk.shelf, request)


@pytest.mark.clause("H-34", "H-35(3)")
def test_the_package_of_an_incident_holds_what_was_done_about_it_beside_the_papers_of_its_record(walked: Desk):
    made = of_incident(walked, walked.incident)
    files = walked.files(made)
    assert (made.record, made.number, made.of_incident) == (walked.incident, 1, True)
    folder = f"舆情事件/{walked.incident}"
    for part in (f"{folder}/公开回应.txt", f"{folder}/上报台账.txt", f"{folder}/经过.txt", "签署意见.txt"):
        assert part in files
    assert any(name.startswith(f"{folder}/报告/") for name in files)
    assert any(name.startswith("审批表/") for name in files)
    assert sum(one["posts"] for one in json.loads(files["群众反应统计.json"])) == 3
    manifest = json.loads(files["manifest.json"])
    assert (manifest["incident"], manifest["record"]) == (walked.incident, walked.record)
    said = files["目录.txt"].decode()
    assert f"编号：事件 {walked.incident}" in said
    assert "尚未办结" in said
    everything = b"".join(files.values()).decode("utf-8", "ignore")
    assert not [word for word in (PHONE, NICKNAME, ID_CARD, "bbs.example") if word in everything]


@pytest.mark.clause("H-34", "H-42(1)", "H-42(4)", "H-44(1)")
def test_what_was_found_out_done_and_approved_lies_in_the_folder_of_the_incident(walked: Desk):
    about, at = walked.incident, NOON + HOUR
    with walked.store.transaction() as t:
        found = t.answers.verify(
            Verification(about, at, OFFICER.name, None, "停水三天", Verdict.UNTRUE, "抢修记录：停水六小时")
        )
        t.answers.verify(replace(found, evidence="记错了", of=found.id, id=None))
        t.measures.add(Measure(about, Side.OFFLINE, "上门送水", UNIT, at, at, OFFICER.name))
    folder = f"舆情事件/{about}"
    files = walked.files(of_incident(walked, about))
    (verified,) = json.loads(files[f"{folder}/核实记录.json"])
    assert (verified["claim"], verified["verdict"], verified["taken_back"]) == ("停水三天", "untrue", True)
    assert "结论：不属实" in files[f"{folder}/核实记录.txt"].decode()
    assert "线上或线下：线下" in files[f"{folder}/处置措施.txt"].decode()
    (answer,) = [name for name in files if name.startswith(f"{folder}/回应/") and name.endswith(".json")]
    steps = [(one["noted"], one["actor"]) for one in json.loads(files[answer])]
    assert steps == [("written", WRITER), ("submitted", WRITER), ("approved", APPROVER), ("published", OFFICER.name)]
    assert json.loads(files[answer])[0]["text"] == "本周内修好"


def test_an_incident_without_a_record_is_put_away_too_and_checked_like_every_package(walked: Desk):
    args = {"title": "路灯不亮", "unit": UNIT, "reason": "电话得知"}
    deed = Action(NOON + HOUR, OFFICER.name, Act.CONFIRM, args)
    number = attempt(walked.store, deed, OFFICER, walked.deps)
    made = of_incident(walked, number)
    assert (made.title, made.unit, made.year) == ("路灯不亮", UNIT, 2026)
    files = walked.files(made)
    assert "所涉公开事项：无" in files["目录.txt"].decode()
    assert not [name for name in files if name.startswith(("审批表/", "公开事项/"))]
    assert walked.wrong() == {}
    file = walked.shelf.folder / made.file
    file.write_bytes(file.read_bytes().replace("路灯不亮".encode(), "路灯都亮".encode()))
    assert list(walked.wrong()) == [made.file]


def test_the_packages_of_an_incident_and_of_a_record_of_the_same_number_stay_apart(walked: Desk):
    with walked.store.transaction() as t:
        t.disclosures.add(replace(record(walked.incident), unit=UNIT), NOON, "测试")
    first = walked.archive(record_id=walked.incident)
    second = of_incident(walked, walked.incident, request="put away")
    again = of_incident(walked, walked.incident, request="put away")
    assert (first.of_incident, second.of_incident, again) == (False, True, second)
    assert first.file != second.file
    with walked.store.reading() as t:
        assert t.archives.of(walked.incident) == [first]
        incident, known = t.incidents.get(walked.incident), t.disclosures.get(walked.incident)
        assert incident is not None
        assert known is not None
        assert archiving.readable_of_incident(t, ARCHIVIST, incident) == [second]
        assert archiving.readable_of_incident(t, DRAFTER, incident) == []
        assert archiving.readable(t, ARCHIVIST, known) == [first]


@pytest.mark.clause("H-37")
@pytest.mark.parametrize(
    ("actor", "may"),
    [
        (ARCHIVIST, True),
        (OFFICER, True),
        (DRAFTER, True),
        (Actor("外人", Role.DRAFTER, "区林业局"), False),
        (HEAD, False),
    ],
)
def test_only_who_keeps_the_archive_puts_an_incident_away(walked: Desk, actor: Actor, may: bool):
    if may:
        of_incident(walked, walked.incident, actor)
    else:
        with pytest.raises(Refused, match="没有权限"):
            of_incident(walked, walked.incident, actor)
    assert len(walked.kept()) == may
    with pytest.raises(Refused, match="没有编号为“nobody”的事件"):
        of_incident(walked, "nobody", actor)


@pytest.mark.clause("H-37")
def test_what_was_put_away_is_on_record_with_its_hash_and_the_head_of_the_log(walked: Desk):
    with walked.store.reading() as t:
        head = t.audit.head()
    made = walked.archive()
    assert (made.file, made.year, made.number, made.made_by) == (f"2026/{walked.record}-1.zip", 2026, 1, "档案丁")
    assert made.head == str(head)
    assert json.loads(walked.files(made)["manifest.json"])["audit_head"] == str(head)
    assert walked.kept() == [made]
    with walked.store.reading() as t:
        (last,) = t.audit.newest(1)
        assert t.audit.verify(head) is None
    assert (last.act, last.subject, last.allowed, last.detail["sha256"]) == (ARCHIVE, walked.record, True, made.sha256)


def test_a_later_package_holds_what_came_since_and_the_earlier_one_stays(desk: Desk):
    desk.publish()
    first = desk.archive()
    before = (desk.shelf.folder / first.file).read_bytes()
    desk.suggest()
    second = desk.archive()
    assert second.number == 2
    assert not any(name.startswith("意见建议/") for name in desk.files(first))
    assert any(name.startswith("意见建议/") for name in desk.files(second))
    assert (desk.shelf.folder / first.file).read_bytes() == before
    assert desk.kept() == [first, second]


def test_the_same_request_again_puts_nothing_away(desk: Desk):
    first, again = (archiving.archive(desk.store, "d1", ARCHIVIST, NOON, desk.shelf, "r1") for _ in range(2))
    assert first == again
    assert desk.kept() == [first]


@pytest.mark.parametrize(
    ("actor", "may"), [(ARCHIVIST, True), (OFFICER, True), (DRAFTER, False), (Actor("管理员", Role.ADMIN), False)]
)
@pytest.mark.parametrize("scope", list(Scope))
def test_only_archivist_and_office_open_a_package_and_only_a_whole_one(
    desk: Desk, actor: Actor, may: bool, scope: Scope
):
    mine = replace(record("d5", scope=scope), unit=UNIT)
    with desk.store.transaction() as t:
        t.disclosures.add(mine, NOON, "测试")
    made = desk.archive(record_id="d5")
    with desk.store.reading() as t:
        assert archiving.readable(t, actor, mine) == ([made] if may else [])
    file = desk.shelf.folder / made.file
    assert archiving.content(made, desk.shelf.folder) == file.read_bytes()
    file.write_bytes(b"another")
    assert archiving.content(made, desk.shelf.folder) is None


def test_a_correction_brings_its_own_form_and_version(desk: Desk):
    desk.publish()
    again = replace(FORM, purpose=Purpose.CORRECTION, record=desk.record, explanation="面积写错", body="改造五个小区。")
    later = Office(desk.store, again)
    later.walk("archive")
    files = desk.files(desk.archive())
    assert {f"审批表/{later.id}-第1次填写.txt", "公开事项/第1版.txt", "公开事项/第2版.txt"} <= set(files)
    assert "更正或撤回说明：面积写错" in files["公开事项/第2版.txt"].decode()


@pytest.mark.clause("H-35(1)")
def test_the_approval_form_is_printed_with_what_was_signed(desk: Desk):
    desk.publish()
    tables = docx.Document(io.BytesIO(desk.files(desk.archive())[f"审批表/{desk.record}.docx"])).tables
    cells = [cell.text for table in tables for row in table.rows for cell in row.cells]
    assert any("分管乙" in cell for cell in cells)


def test_the_risk_assessment_and_the_planned_release_are_in_it(desk: Desk):
    desk.publish()
    form = RiskForm(
        (Judged("opinion", 3, 4, "停暖"),), ("tracking",), (UNIT,), "先说明", (Prepared("何时", "明天", UNIT),)
    )
    with desk.store.transaction() as t:
        made = t.risks.add(RiskAssessment(desk.record, 1, NOON, "承办甲", form, Risk.HIGH, ("3 × 4 ＝ 12",)))
        t.risks.note(RiskNote(made, RiskNoted.SEEN, NOON + HOUR, "主要己"))
        t.risks.note(RiskNote(made, RiskNoted.USED, NOON + HOUR, "承办甲", 0))
        steps = (
            ReleaseStep(ReleaseState.PLANNED, NOON, "承办甲", NOON + HOUR),
            ReleaseStep(ReleaseState.MOVED, NOON, "承办甲", NOON + 2 * HOUR, "会议改期"),
        )
        t.releases.add(Release(0, "旧改进展", "新闻发布会", None, desk.record, UNIT, UNIT, steps))
        t.releases.add(Release(0, "别的事", "新闻发布会", "d1", None, UNIT, UNIT, steps))
    files = desk.files(desk.archive())
    risk, release = files["舆情风险评估.txt"].decode(), files["例行发布.txt"].decode()
    assert "风险等级：高\n计算：3 × 4 ＝ 12" in risk
    assert "可能性 3，影响 4；停暖" in risk
    assert f"问：何时\n答（{UNIT}，已用）：明天" in risk
    assert "主要负责人阅：主要己，2026-04-10 21:00:00" in risk
    assert "承办甲 已改期，发布时间 2026-04-10 22:00:00：会议改期" in release
    assert "别的事" not in release


@pytest.mark.clause("H-36")
def test_what_an_imported_record_lacks_is_named(desk: Desk):
    contents = desk.files(desk.archive(record_id="d1"))["目录.txt"].decode()
    assert "审批表\n     没有：这条公开事项不是经本系统审批的（如由文件导入）" in contents
    assert "     公开事项/第1版.txt\n" in contents


def test_a_report_whose_file_is_gone_is_named(walked: Desk):
    (filed,) = walked.reports.iterdir()
    filed.unlink()
    contents = walked.files(walked.archive())["目录.txt"].decode()
    assert f"注意：惠舆情报〔2026〕1号（{filed.name}）的文件在报告目录里读不到" in contents


def test_what_was_not_disclosed_is_put_away_once_it_has_ended(desk: Desk):
    office = Office(desk.store, replace(FORM, attribute=Attribute.WITHHELD, attribute_reason="依规不公开"))
    with pytest.raises(Refused, match="没有编号为"):
        desk.archive(record_id=office.id)
    for name, actor, unit in COURSE:
        if name != "publish":
            office.sign(name, actor, unit)
    contents = desk.files(desk.archive(record_id=office.id))["目录.txt"].decode()
    assert "公开事项各版本\n     没有：没有公开" in contents


@pytest.mark.parametrize(
    ("actor", "may"),
    [
        (ARCHIVIST, True),
        (OFFICER, True),
        (DRAFTER, True),
        (Actor("外单位", Role.DRAFTER, "区水务局"), False),
        (LEADER, False),
        (HEAD, False),
        (Actor("管理员", Role.ADMIN), False),
        (Actor("值班", Role.DUTY), False),
        (Actor("评估", Role.EVALUATOR), False),
    ],
)
@pytest.mark.parametrize("scope", list(Scope))
@pytest.mark.clause("H-37")
def test_only_who_keeps_the_archive_puts_away_and_a_try_is_on_record(desk: Desk, actor: Actor, may: bool, scope: Scope):
    with desk.store.transaction() as t:
        t.disclosures.add(replace(record("d5", scope=scope), unit=UNIT), NOON, "测试")
    if may:
        assert desk.archive(actor, "d5").record == "d5"
        return
    with pytest.raises(Refused, match="没有权限"):
        desk.archive(actor, "d5")
    assert desk.kept() == []
    assert not desk.shelf.folder.exists()
    with desk.store.reading() as t:
        (last,) = t.audit.newest(1)
    assert (last.actor, last.act, last.allowed) == (actor.name, ARCHIVE, False)


def test_a_disk_that_takes_no_file_is_said_and_nothing_is_put_away(desk: Desk):
    desk.shelf.folder.write_text("no folder")
    with pytest.raises(Refused, match=r"归档包写不进 .*，没有归档"):
        desk.archive(record_id="d1")
    assert desk.kept() == []


def test_a_crash_between_file_and_row_leaves_nothing_that_passes(desk: Desk):
    def crash(connection: Connection) -> None:
        if not connection.get_execution_options().get("huiying_reading"):
            raise RuntimeError("power cut")

    event.listen(desk.store.engine, "commit", crash)
    with pytest.raises(RuntimeError, match="power cut"):
        desk.archive(record_id="d1")
    event.remove(desk.store.engine, "commit", crash)
    assert (desk.shelf.folder / "2026/d1-1.zip").is_file()
    assert list(desk.wrong()) == ["2026/d1-1.zip"]
    assert "没有登记" in desk.wrong()["2026/d1-1.zip"][0]
    desk.archive(record_id="d1")
    assert desk.wrong() == {}


@pytest.mark.parametrize("record_id", ["a/b", "../../d", "a_b", ".d", "字" * 190, "a\\b"])
def test_every_id_finds_a_file_of_its_own_inside_the_folder(desk: Desk, record_id: str):
    with desk.store.transaction() as t:
        t.disclosures.add(record("a_b"), NOON, "测试")
        t.disclosures.add(record(record_id), NOON, "测试")
    other = desk.archive(record_id="a_b")
    made = desk.archive(record_id=record_id)
    assert made.file != other.file
    assert (desk.shelf.folder / made.file).resolve().parent == (desk.shelf.folder / "2026").resolve()
    assert desk.wrong() == {}

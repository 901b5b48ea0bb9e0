"""Each check says how a thing stands and what to do; nothing is made or changed by looking."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from casework.reports.document import NotPrinted
from casework.reports.fonts import Face
from casework.reports.shipped_templates import shipped
from huiying import doctor
from huiying.clock import SimulatedClock, SystemClock
from huiying.doctor import Finding, Level, examine
from huiying.locking import held
from huiying.push_keys import file_of, new_key
from huiying.settings import load
from huiying.wiring import Desk
from pipeline.later_formats import print_due
from records.people import Contact
from storage.revisions import newest_schema
from tests.servers.identity import identity

NOON = datetime(2026, 4, 10, 4, 0, tzinfo=UTC)
SOURCE = "{id: a, name: 示例网, kind: feed, channel: news, url: 'https://news.example/rss'}"
MakeDesk = Callable[..., Desk]


@pytest.fixture
def desk_with(tmp_path: Path) -> Iterator[MakeDesk]:
    made: list[Desk] = []

    def make(text: str = "", sources: str = f"sources: [{SOURCE}]\n") -> Desk:
        (tmp_path / "huiying.yaml").write_text(f"data_dir: data\n{text}", encoding="utf-8")
        (tmp_path / "sources.yaml").write_text(sources, encoding="utf-8")
        made.append(Desk(load(tmp_path / "huiying.yaml", {}), SimulatedClock(NOON)))
        return made[-1]

    yield make
    for desk in made:
        desk.close()


def found(desk: Desk) -> dict[str, Finding]:
    return {finding.subject: finding for finding in examine(desk, "huiying.yaml")}


def test_before_the_first_start_nothing_is_wrong_and_nothing_is_made(desk_with: MakeDesk, tmp_path: Path):
    findings = found(desk_with())
    assert {finding.level for finding in findings.values()} <= {Level.GOOD, Level.NOTE}
    assert findings["数据库"].level is Level.NOTE
    assert findings["模型"].level is Level.GOOD
    assert findings["采集源"].state == "1 个启用"
    assert not (tmp_path / "data").exists()


def test_a_database_at_the_newest_schema_is_good(desk_with: MakeDesk):
    desk = desk_with()
    desk.store.migrate()
    finding = found(desk)["数据库"]
    assert finding.level is Level.GOOD
    assert newest_schema() in finding.state


def test_a_database_that_does_not_answer_is_a_fault(desk_with: MakeDesk):
    desk = desk_with("database: {url: 'postgresql+psycopg://nobody@127.0.0.1:1/none'}\n")
    assert found(desk)["数据库"].level is Level.FAULT


def test_a_mistake_in_the_rules_is_a_fault_of_the_settings_and_ends_the_examination(desk_with: MakeDesk):
    findings = found(desk_with("rules: {severity: {voices_4: {voices: 5}}}\n"))
    assert list(findings) == ["设置"]
    assert findings["设置"].level is Level.FAULT
    assert "voices_4" in findings["设置"].state


def test_sources_that_cannot_be_used_are_a_fault_and_none_at_all_a_note(desk_with: MakeDesk):
    assert found(desk_with(sources="sources: [{id: a}]\n"))["采集源文件"].level is Level.FAULT
    assert found(desk_with(sources="sources: []\n"))["采集源"].level is Level.NOTE


def test_a_file_that_was_broken_while_running_is_a_fault_and_its_sources_go_on(desk_with: MakeDesk):
    desk = desk_with()
    desk.store.migrate()
    desk.sources.current(keep=True)
    findings = found(desk_with(sources="sources: [{id: a, nam"))
    assert findings["采集源文件"].level is Level.FAULT
    assert "不用重启" in findings["采集源文件"].advice
    assert findings["采集源"].state == "1 个启用"


def test_a_stored_row_that_holds_no_longer_is_a_fault_of_its_own(desk_with: MakeDesk):
    desk = desk_with()
    desk.store.migrate()
    with desk.store.transaction() as t:
        t.source_rows.put("old", {"id": "old", "name": "旧", "kind": "gopher"}, NOON, "周管理")
    findings = found(desk)
    assert findings["采集源 old"].level is Level.FAULT
    assert findings["采集源"].state == "1 个启用"


def test_a_contact_that_would_get_nothing_is_a_fault(desk_with: MakeDesk, tmp_path: Path):
    desk = desk_with("alerts: {wecom: {robots_dir: robots}}\n")
    desk.store.migrate()
    (tmp_path / "robots").mkdir()
    (tmp_path / "robots" / "值班群.key").write_text("key\n", encoding="ascii")
    (tmp_path / "robots" / "值班群.key").chmod(0o600)
    with desk.store.transaction() as t:
        t.people.set_contacts(
            "住建局",
            [
                Contact("住建局", "wecom", "值班群", "王芳"),
                Contact("住建局", "wecom", "没有的群", "李静"),
                Contact("住建局", "sms", "13800138000", "赵敏"),
            ],
        )
    findings = {subject: one for subject, one in found(desk).items() if subject.startswith("联系方式")}
    assert {one.level for one in findings.values()} == {Level.FAULT}
    assert "没有名为" in findings["联系方式 住建局·wecom·李静"].state
    assert "请设置 alerts.sms，见 docs/channels.md" in findings["联系方式 住建局·sms·赵敏"].state
    assert len(findings) == 2
    assert "13800138000" not in str(findings)


def test_a_mail_server_that_does_not_answer_is_a_fault_of_its_channel(desk_with: MakeDesk):
    email = "alerts: {email: {host: 127.0.0.1, port: 1, tls: none, sender: desk@a.example}}\n"
    findings = found(desk_with(email))
    assert findings["提醒渠道 email"].level is Level.FAULT
    assert "连不上" in findings["提醒渠道 email"].state
    assert findings["提醒渠道 page"].level is Level.GOOD


def test_processes_that_were_started_one_by_one_are_found_running(desk_with: MakeDesk):
    desk = desk_with()
    desk.store.migrate()
    beats = {"judge@a": 31, "judge-2@a": 5, "judge@b": 45, "crawl@a": 31}
    with desk.store.transaction() as t:
        t.clock.beat("judge@a", NOON - timedelta(seconds=31))
    assert found(desk)["运行"].level is Level.NOTE
    with desk.store.transaction() as t:
        for name, seconds in beats.items():
            t.clock.beat(name, NOON - timedelta(seconds=seconds))
    findings = found(desk)
    assert "运行" not in findings
    levels = {name: findings[f"进程 {name}"].level for name in beats}
    assert levels == {
        "judge@a": Level.NOTE,
        "judge-2@a": Level.GOOD,
        "judge@b": Level.NOTE,
        "crawl@a": Level.FAULT,
    }
    assert "已停（45 秒没有动静），同类进程仍在运行" in str(findings["进程 judge@b"])


def test_a_silent_worker_of_a_running_desk_is_a_fault_after_half_a_minute(desk_with: MakeDesk):
    desk = desk_with()
    desk.store.migrate()
    with desk.store.transaction() as t:
        t.clock.beat("send", NOON - timedelta(seconds=31))
        t.clock.beat("clock", NOON - timedelta(seconds=30))
    with held(desk.settings.data_dir / "up.lock"):
        findings = found(desk)
    assert findings["进程 send"].level is Level.FAULT
    assert findings["进程 clock"].level is Level.GOOD


@pytest.mark.parametrize(("answer", "level"), [(True, Level.GOOD), (False, Level.NOTE), (None, Level.NOTE)])
def test_whether_the_time_is_in_step_is_said_even_when_unknown(answer: bool | None, level: Level):
    assert doctor._time(answer).level is level


@pytest.mark.parametrize(
    ("families", "level"), [(["Noto Sans CJK SC"], Level.GOOD), ([], Level.NOTE), (None, Level.NOTE)]
)
def test_chinese_fonts_are_looked_for(families: list[str] | None, level: Level):
    assert doctor._fonts(lambda: families).level is level


def test_types_that_are_missing_are_named_with_what_stands_in():
    faces = {
        "仿宋": Face("仿宋", ("仿宋", "FangSong"), Path("a"), 0),
        "黑体": Face("黑体", ("Noto Sans CJK SC",), Path("b"), 0),
    }
    finding = doctor._paper_types(faces.get)
    assert finding.level is Level.NOTE
    assert "黑体以 Noto Sans CJK SC 代替" in finding.state
    assert "楷体没有可代替的" in finding.state
    assert "仿宋" not in finding.state
    assert doctor._paper_types(lambda name: Face(name, (name,), Path("a"), 0)).level is Level.GOOD


@pytest.mark.parametrize(
    ("also", "program", "level"),
    [("", None, Level.NOTE), ("reports: {also: [pdf]}\n", None, Level.FAULT), ("", "/usr/bin/soffice", Level.GOOD)],
)
def test_whether_a_pdf_can_be_made_is_said(desk_with: MakeDesk, also: str, program: str | None, level: Level):
    assert doctor._pdf(desk_with(also).settings, program).level is level


def test_a_paper_that_could_not_be_printed_is_named_and_a_fault_once_it_is_tried_no_more(
    desk_with: MakeDesk, tmp_path: Path
):
    desk = desk_with("")
    desk.store.migrate()
    file = tmp_path / "monthly-2026-3.docx"
    file.write_bytes(b"x")
    for tries, level in ((1, Level.NOTE), (5, Level.FAULT)):
        for _ in range(tries):
            print_due(desk.store, [file], refusing, desk.clock.now(), every=True)
        (found,) = doctor._unprinted(desk)
        assert (found.subject, found.level) == ("monthly-2026-3.docx 的 PDF", level)
        assert "没有转出" in found.state
    assert "试过 6 次，不再自动重试" in found.state


def refusing(papers: Sequence[bytes]) -> list[bytes]:
    raise NotPrinted("没有转出")


def test_an_own_template_that_would_not_be_taken_is_a_fault(desk_with: MakeDesk):
    folder = desk_with().settings.templates_dir
    folder.mkdir(parents=True)
    (folder / "incident.docx").write_bytes(shipped("incident"))
    (folder / "office.docx").write_bytes(shipped("incident"))
    findings = found(desk_with())
    assert findings["报告模板 incident"].level is Level.GOOD
    assert findings["报告模板 office"].level is Level.FAULT
    assert "不认得的字段" in findings["报告模板 office"].state


def test_a_line_says_level_subject_state_and_what_to_do():
    assert str(Finding("磁盘", Level.NOTE, "剩余 4.0 GB", "请腾出空间")) == "注意 磁盘：剩余 4.0 GB。请腾出空间"


def test_a_pushed_source_without_a_usable_key_is_a_fault(desk_with: MakeDesk):
    desk = desk_with(sources="sources: [{id: hotline, name: 热线, kind: inbound, channel: hotline}]\n")
    folder = desk.settings.push_keys_dir
    told = found(desk)["推送源 hotline"]
    assert (told.level, told.advice) == (
        Level.FAULT,
        "请运行 huiying sources key hotline，把密钥交给推送方",
    )
    assert not folder.exists()
    new_key(folder, "hotline")
    assert found(desk)["推送源 hotline"].level is Level.GOOD
    new_key(folder, "hotline")
    assert found(desk)["推送源 hotline"].level is Level.NOTE
    file_of(folder, "hotline").chmod(0o644)
    assert "chmod 600" in found(desk)["推送源 hotline"].state


@pytest.mark.clause("H-41")
def test_sources_that_are_not_read_are_named_with_since_when_and_why(desk_with: MakeDesk):
    desk = desk_with()
    desk.store.migrate()
    answered = NOON - timedelta(hours=2)
    with desk.store.transaction() as t:
        t.sources.answered("a", answered, answered, 0)
        t.sources.failed("a", NOON - timedelta(hours=1), "连不上", timedelta(minutes=10), timedelta(hours=1))
    finding = found(desk)["采集源"]
    assert finding.level is Level.NOTE
    assert finding.state == "1 个启用，1 个没有采集到：示例网（自 2026-04-10 10:00:00 无应答，连不上）"
    assert "没有采集到不等于没有舆情" in finding.advice


def test_a_source_that_answered_a_moment_ago_is_good(desk_with: MakeDesk):
    desk = desk_with()
    desk.store.migrate()
    with desk.store.transaction() as t:
        t.sources.answered("a", NOON, NOON, 0)
    assert found(desk)["采集源"].level is Level.GOOD


def test_room_that_runs_short_is_a_note_and_then_a_fault(desk_with: MakeDesk):
    levels = [found(replace(desk_with(), free=lambda _, free=free: free * 1024**3))["磁盘"].level for free in (5, 4, 0)]
    assert levels == [Level.GOOD, Level.NOTE, Level.FAULT]


def test_metrics_that_nobody_could_read_are_a_fault(desk_with: MakeDesk, tmp_path: Path):
    assert "监控地址" not in found(desk_with())
    assert found(desk_with("desk: {metrics_token_file: token}\n"))["监控地址"].level is Level.FAULT
    (tmp_path / "token").write_text("a" * 16, "utf-8")
    (tmp_path / "token").chmod(0o600)
    assert found(desk_with("desk: {metrics_token_file: token}\n"))["监控地址"].level is Level.GOOD


def test_a_provider_that_is_not_there_is_a_fault_and_passwords_go_on(desk_with: MakeDesk):
    assert "统一认证" not in found(desk_with())
    oidc = "{issuer: 'http://127.0.0.1:9', client_id: desk, client_secret_file: oidc.secret}"
    desk = desk_with(f"sign_in: {{oidc: {oidc}}}\n")
    faults = [finding for finding in examine(desk, "huiying.yaml") if finding.subject == "统一认证"]
    assert [finding.level for finding in faults] == [Level.FAULT, Level.FAULT]
    assert "没有客户端密钥文件" in faults[0].state
    assert "连不上" in faults[1].state
    assert "密码登录不受影响" in faults[1].advice


def test_a_provider_in_order_is_good_and_the_address_to_register_is_named(desk_with: MakeDesk, tmp_path: Path):
    (tmp_path / "oidc.secret").write_text("secret\n", encoding="ascii")
    (tmp_path / "oidc.secret").chmod(0o600)
    with identity(tmp_path) as running:
        running.behave(at={})
        oidc = f"{{issuer: '{running.issuer}', client_id: desk, client_secret_file: oidc.secret}}"
        desk = desk_with(f"desk: {{public_url: 'https://desk.example'}}\nsign_in: {{oidc: {oidc}}}\n")
        (finding,) = [one for one in examine(desk, "huiying.yaml") if one.subject == "统一认证"]
        # The test's clock stands at a day long gone.
        assert finding.level is Level.FAULT
        assert "时钟相差" in finding.state
        now = Desk(desk.settings, SystemClock())
        (finding,) = [one for one in examine(now, "huiying.yaml") if one.subject == "统一认证"]
    assert (finding.level, finding.advice) == (Level.GOOD, "")
    assert finding.state == f"{running.issuer}，在那边登记的回调地址应为 https://desk.example/signin/oidc/back"

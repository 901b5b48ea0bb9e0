"""Says moments, spans, counts and foreign text the way the pages show them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from crawlers.outcomes import FLAGS
from records.alerts import Deadline
from records.incidents import IncidentState
from records.posts import BACKLOG, GONE
from records.spans import IN_DAYS, span
from records.words import Severity
from records.zone import CHINA
from regulation.clauses import citation

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>&:$=^\"'@/])")
_DAY = timedelta(days=1)
_LINE_ENDS = re.compile(r"[\r\n\t\v\f\u2028\u2029]+")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_OWN_DOCUMENT = "惠党办发〔2019〕48号"
_JOINER = "\u2060"

SEVERITY_COLOURS = {Severity.GENERAL: "blue", Severity.MAJOR: "orange", Severity.MAJOR_EMERGENCY: "red"}
SEVERITY_MARKS = {Severity.GENERAL: "●", Severity.MAJOR: "▲", Severity.MAJOR_EMERGENCY: "◆"}
STATE_COLOURS = {
    IncidentState.OPEN: "gray",
    IncidentState.CONFIRMED: "violet",
    IncidentState.CLOSED: "green",
    IncidentState.DISMISSED: "gray",
    IncidentState.MERGED: "gray",
}


ACTS = {
    "acknowledge": "签收",
    "confirm": "核实属实",
    "dismiss": "排除",
    "start_plan": "启动预案",
    "cancel_plan": "撤销预案",
    "file_report": "报送报告",
    "publish_response": "登记回应",
    "set_severity": "改等级",
    "set_category": "改类别",
    "close": "办结",
    "reopen": "重新打开",
    "decide_upward": "决定是否向上报告",
    "report_upward": "向上报告",
    "note_receipt": "登记回执",
    "take_back_upward": "作废上报台账的一条",
    "register_suggestion": "登记意见建议",
    "suggestions_imported": "导入意见建议",
    "transfer_suggestion": "转办意见建议",
    "urge_suggestion": "催办意见建议",
    "answer_suggestion": "答复意见建议",
    "carry_out_suggestion": "登记意见建议落实",
    "feed_back_suggestion": "登记意见建议反馈",
    "report_suggestion": "登记重要意见建议的报告",
    "finish_suggestion": "办结意见建议",
    "take_back_suggestion": "作废意见建议台账的一条",
    "write_paper": "起草或修改文稿",
    "sign_paper": "签发文稿",
    "fill_inspection": "填写督导检查表",
    "draft_inspection": "起草督导检查和考核文稿",
    "inspect_oneself": "填写自查表",
    "open_rectification": "交办、延期或撤销整改事项",
    "rectify": "登记整改措施和结果",
    "check_rectification": "验收或退回整改结果",
    "publish_rectification": "登记整改情况公开",
    "owed_done": "登记时限事项已办",
    "owed_void": "登记时限事项不需办",
    "hand_over": "转办",
    "name_co_unit": "确定协办单位",
    "remove_co_unit": "撤下协办单位",
    "merge_incident": "合并事件",
    "split_incident": "拆分事件",
    "relink_incident": "改事件关联的公开事项",
    "acknowledgement_lapsed": "收回签收",
    "verify_claim": "登记核实情况",
    "enter_claim": "登记待核实的说法",
    "set_aside_claim": "不再核实一个说法",
    "write_answer": "起草回应",
    "approve_answer": "审定回应",
    "acknowledge_wording": "知悉统一口径",
    "note_measure": "登记处置措施",
    "add_step": "增加处置步骤",
    "tick_step": "登记处置步骤",
    "write_public_entry": "起草公开条目",
    "approve_public_entry": "审定公开条目",
    "site_written": "生成回应公开网站",
    "draft_evaluation": "起草总结评估",
    "sign_evaluation": "签发总结评估",
    "edit_part": "修改报告",
    "confirm_part": "确认报告的一个部分",
    "enter_post": "录入帖文",
    "read_message": "阅读消息",
    "sign_in": "登录",
    "sign_out": "退出登录",
    "account_locked": "账户被锁定",
    "password_changed": "修改密码",
    "password_reset": "重设密码",
    "person_added": "添加账户",
    "person_changed": "修改账户",
    "people_imported": "导入账户",
    "change_figures": "改规则的数值",
    "change_undone": "撤销管理页的改动",
    "change_names": "改单位名称和抬头",
    "person_disabled": "停用账户",
    "person_enabled": "启用账户",
    "manage_people": "管理账户",
    "proposal_fill": "填写公开事项审批表",
    "proposal_secrecy_first": "签署保密初步意见",
    "proposal_propose": "提出公开",
    "proposal_secrecy_second": "签署保密审查意见",
    "proposal_secrecy_officer": "保密负责人审查",
    "proposal_co_unit": "涉及单位确认",
    "proposal_attribute_review": "审核公文公开属性",
    "proposal_content_review": "公开工作机构审核",
    "proposal_deputy": "分管领导审批",
    "proposal_head": "主要领导审批",
    "proposal_issue": "签发",
    "proposal_interpret": "起草解读材料",
    "proposal_interpretation": "解读材料审签",
    "proposal_publish": "公开发布",
    "proposal_feedback": "登记反馈情况",
    "proposal_archive": "归档",
    "proposal_return": "退回拟公开事项",
    "proposal_clear": "核销保密或隐私提示",
    "proposal_extend": "批准延期公开",
    "proposal_drop": "撤回拟公开事项",
    "archive_record": "制作归档包",
    "archive_incident": "制作事件归档包",
    "read_archive": "下载归档包",
    "assess_risk": "填写舆情风险评估",
    "look_at_risk": "审看舆情风险评估",
    "note_risk_answer": "登记预案答复的使用",
    "note_publication": "登记发布情况",
    "take_back_publication": "作废发布登记",
    "plan_release": "安排发布",
    "note_release": "登记发布日程的办理",
    "import_disclosures": "导入公开事项",
    "keep_catalogue": "改动公开目录",
    "file_catalogue": "登记公开目录备案",
    "manage_sources": "管理采集源",
    "source_saved": "保存采集源",
    "source_disabled": "停用采集源",
    "source_enabled": "启用采集源",
    "source_removed": "移除采集源",
    "source_previewed": "试采采集源",
    "manage_contacts": "管理联系方式",
    "contact_added": "添加联系方式",
    "contact_changed": "修改联系方式",
    "contact_removed": "移除联系方式",
    "contact_tested": "试发联系方式",
    "try_channel": "试发通知渠道",
    "import_calendar": "导入放假安排",
    "change_template": "更换报告模板",
    "deadline_moved": "时限随放假安排改动",
    "audit_head_sent": "发出操作日志链首",
    "import_duty": "导入值班表",
    "swap_duty": "换班",
    "cancel_duty": "撤班",
    "write_duty_log": "写值班日志",
    "hand_over_duty": "写交接记录",
    "take_over_duty": "签收交接班",
    "backup": "备份",
    "move": "搬迁数据库",
    "restore": "从备份恢复",
    "redact": "删去帖文原文",
    "export_posts": "导出搜索结果",
    "save_search": "保存或删去自己的搜索",
    "correct_assessment": "更正研判",
    "correction_followed": "转帖随原帖更正",
}
"""What people read for an act in the log; one that stands not here shows by its name."""


def act_name(act: str) -> str:
    """What people read for an act."""
    return ACTS.get(act, act)


def plain(text: str) -> str:
    """Foreign text made inert for a markdown label or cell: one line, every mark of markdown escaped.

    Escapes do not keep markdown from making links of bare addresses; an invisible joiner inside them does.
    """
    line = _LINE_ENDS.sub(" ", shown_text(text)).strip()
    for mark in ("://", "www.", "@"):
        line = line.replace(mark, f"{mark[0]}{_JOINER}{mark[1:]}")
    return _MARKDOWN.sub(r"\\\1", line)


def shown_text(text: str) -> str:
    """Foreign text for a plain-text element: control and direction characters removed, line ends kept."""
    return _CONTROLS.sub("", text)


def shortened(text: str, length: int) -> str:
    """The text on one line, cut at `length` characters with an ellipsis."""
    line = _LINE_ENDS.sub(" ", text).strip()
    return line if len(line) <= length else f"{line[: length - 1]}…"


def safe_link(url: str | None) -> str | None:
    """The address if it is http or https and names a host, else None."""
    if not url or _CONTROLS.search(url) or any(mark in url for mark in " \r\n\t<>\"'`\\"):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and host else None


def moment(at: datetime | None, now: datetime | None = None) -> str:
    """11月22日 10:20 in China; with the year where `now` is given and stands in another year; — for None."""
    if at is None:
        return "—"
    local = at.astimezone(CHINA)
    year = f"{local.year}年" if now is not None and now.astimezone(CHINA).year != local.year else ""
    return f"{year}{local.month}月{local.day}日 {local:%H:%M}"


def due(at: datetime) -> str:
    """Until when something is to be done; the end of a day is called 24:00, not the 00:00 of the next one."""
    return moment(at) if (at.astimezone(CHINA).hour, at.minute) != (0, 0) else f"{moment(at - _DAY).split()[0]} 24:00"


def exact(at: datetime | None) -> str:
    """11月22日 10:20:05 in China; — for None."""
    return "—" if at is None else f"{moment(at)}:{at.astimezone(CHINA):%S}"


def remaining(due_at: datetime, now: datetime) -> str:
    """剩 1小时23分05秒 before `due_at` (剩 9天15小时 long before), 已超时 12分钟 after it; exactly at `due_at` nothing remains and nothing is late."""
    seconds = int((due_at - now).total_seconds() // 1)
    if now > due_at:
        return f"已超时 {span(now - due_at)}"
    if due_at - now >= IN_DAYS:
        return f"剩 {span(due_at - now)}"
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"剩 {hours}小时{minutes:02d}分{seconds:02d}秒" if hours else f"剩 {minutes}分{seconds:02d}秒"


def elapsed(since: datetime, now: datetime) -> str:
    """已过 1小时23分05秒: how long ago to the second, for what ticks on a page."""
    minutes, seconds = divmod(max(0, int((now - since).total_seconds())), 60)
    hours, minutes = divmod(minutes, 60)
    return f"已过 {hours}小时{minutes:02d}分{seconds:02d}秒" if hours else f"已过 {minutes}分{seconds:02d}秒"


def ago(at: datetime | None, now: datetime) -> str:
    """How long ago: 刚刚, 5分钟前, 2小时3分钟前; 从未 for None."""
    if at is None:
        return "从未"
    if now - at < timedelta(minutes=1):
        return "刚刚"
    return f"{span(now - at)}前"


def owed(clock: Deadline) -> str:
    """What a clock asks for: the initial report, or what its row says."""
    return plain(clock.label or "首报")


def clause_name(clause_id: str) -> str:
    """A clause as people cite it; the desk's own document goes without saying: H-42(3) is 第四十二条（三）."""
    return citation(clause_id).removeprefix(_OWN_DOCUMENT)


def severity_badge(severity: Severity) -> str:
    """The severity as a markdown badge: colour, shape and word together."""
    return f":{SEVERITY_COLOURS[severity]}-badge[{SEVERITY_MARKS[severity]} {severity.label}]"


def state_badge(state: IncidentState) -> str:
    """The state as a markdown badge."""
    return f":{STATE_COLOURS[state]}-badge[{state.label}]"


def flag_notes(flags: Sequence[str]) -> list[str]:
    """What the office should know of how a post was read and whether it is still there."""
    said = {"truncated": "内容不完整", BACKLOG: FLAGS[BACKLOG], GONE: FLAGS[GONE]}
    return [note for flag, note in said.items() if flag in flags]


def count(number: int) -> str:
    """A count: 9,876, or 12.3万 from ten thousand on."""
    return f"{number:,}" if number < 10_000 else f"{number / 10_000:.1f}万"


def with_plain_quotes(text: str) -> str:
    """What people look for, with the quotation marks of the index."""
    return text.replace("“", '"').replace("”", '"')

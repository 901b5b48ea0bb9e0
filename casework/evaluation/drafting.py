"""Drafts the evaluation of an incident: fixed sections from the records, and two that people write.

It states times, counts and the score with its formula; it draws no lesson and names nobody responsible.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from casework.evaluation.course import Asked, Course, Standing, Told, family_of, minute, moments_of, standing_of
from casework.evaluation.missed import lags, misread, silences
from casework.evaluation.scoring import AnyItem, Score, calm_of, facts_of, in_time, score
from records.alerts import OFFICE, AlertState, Deadline, DeadlineState
from records.corrections import Correction
from records.measures import Side, valid
from records.naming import office_name
from records.papers import Basis, Block, Content, Ledger, PaperSection, Paragraph, Statement, Table
from records.spans import span, until_start
from records.words import ReportKind
from records.zone import CHINA
from regulation.calming import CalmingRules
from regulation.clauses import citation
from regulation.evaluation import (
    MOMENTS,
    Clocks,
    Elapsed,
    EvaluationRules,
    Fell,
    Held,
    Moment,
    Share,
    Sides,
)
from regulation.time_limits import DUTY_LABELS

LESSONS, RESPONSIBILITY = "经验教训", "责任认定"
"""The two sections that people write."""

TIMES, SCORE = "时限对照", "评分"

_NEVER = "—"
_LABELS: Mapping[str, str] = {**DUTY_LABELS, "further": "其他时限"}
"""What a clock is called by its family, where it has no label of its own."""

_KINDS = {
    "opened": "新事件",
    "severity_raised": "等级上升",
    "unacknowledged": "未签收",
    "climbed": "逐级提醒",
    "acknowledgement_lapsed": "签收失效",
    "co_unacknowledged": "协办单位未签收",
    "plan_started": "启动预案",
    "reminder": "首报提醒",
    "overdue": "首报超时",
    "escalated": "首报督办",
    "owed_started": "其他时限开始",
    "owed_reminder": "其他时限提醒",
    "owed_overdue": "其他时限超时",
    "owed_escalated": "其他时限督办",
}
"""What the commonest alerts are called in a table; any other by the beginning of its title."""

_LONGEST = 60
_OWN_DOCUMENT = "惠党办发〔2019〕48号"


def draft(course: Course, rules: EvaluationRules, calming: CalmingRules) -> Content:
    """The whole paper as the records give it."""
    scored = score(facts_of(course, rules, calming), rules)
    return Content(
        title=f"关于{course.subject}舆情处置的评估报告",
        sections=(
            PaperSection("基本情况与时间线", tuple(_basics(course, calming))),
            PaperSection(TIMES, tuple(_times(course))),
            PaperSection("预警与签收", tuple(_alerts(course))),
            PaperSection("漏判与迟报", tuple(_missed(course, rules))),
            PaperSection("风险预判对照", tuple(_forecast(course))),
            PaperSection(SCORE, tuple(_score(course, scored))),
            PaperSection(
                LESSONS, (_said("〔待责任单位会同有关方面填写：这次处置中有效的做法、存在的问题和改进的办法〕。"),)
            ),
            PaperSection(
                RESPONSIBILITY,
                (_said("〔待填写：涉及的单位、事实和依据；没有需要追究责任情形的，写明“没有”〕。"),),
            ),
        ),
    )


def times_table(course: Course) -> Table:
    """Every clock of the incident against its limit."""
    return Table(
        "各项时限",
        ("事项", "责任方", "起算", "最迟", "办结", "结果", "依据"),
        tuple(_time_row(one, course) for one in course.counted_clocks),
        (_of_clocks(course),),
    )


def score_table(scored: Score, course: Course) -> Table:
    """Every item with its points, its rule and its figures."""
    return Table(
        "评分明细",
        ("项目", "分值", "得分", "怎样算", "数据"),
        tuple(
            (
                one.item.label,
                str(one.item.points),
                "不计" if one.given is None else _points(one.given),
                f"{one.rule}（{_clause(one.item.clause)}）",
                one.figures,
            )
            for one in scored.items
        ),
        of_score(scored, course),
    )


def of_score(scored: Score, course: Course) -> tuple[Basis, ...]:
    """The records from which the items are scored: those of each, every one once."""
    items = [one.item for one in scored.items if one.item.points]
    return tuple(dict.fromkeys(basis for item in items for basis in _under(item, course)))


def formula(scored: Score) -> str:
    """How the score came about."""
    if scored.total is None:
        return "没有适用的项目，不评分。"
    left = "、".join(f"{one.item.label}（{one.figures}）" for one in scored.left_out)
    return (
        f"评分＝100×各项得分之和÷适用各项分值之和＝100×{_points(scored.given)}÷{scored.possible}＝{scored.total:.1f}分。"
        f"{f'不适用、不计入的项目：{left}。' if left else '各项都适用。'}"
    )


def timeline_table(course: Course, calming: CalmingRules) -> Table:
    """The moments of the incident in their usual order."""
    moments = moments_of(course, calm_of(course, calming))
    first = moments["posted"] or moments["detected"]
    rows = []
    for name, at in moments.items():
        if name == "called" and at is None:
            continue
        after = _NEVER if at is None or first is None else span(at - first) if at > first else "0分钟"
        rows.append((MOMENTS[name], _never(name, course) if at is None else minute(at), after))
    return Table("时间线", ("环节", "时间", "距首帖（发现）"), tuple(rows), (_of_incident(course),))


def _basics(course: Course, calming: CalmingRules) -> Iterator[Block]:
    incident, of = course.incident, _of_incident(course)
    helping = f"，协办单位{'、'.join(course.co_units)}" if course.co_units else ""
    opened = f"{incident.opened_at.astimezone(CHINA):%Y年%-m月%-d日}立案"
    yield _said(f"事件编号{incident.id}，{opened}，责任单位{incident.unit or '未定'}{helping}。", of)
    steps = "；".join(f"{minute(one.at)}定为“{one.severity.label}”" for one in course.history)
    category = incident.category.label if incident.category else "未定"
    yield _said(f"等级“{incident.severity.label}”（{steps}），类别{category}。", of)
    posts = len(course.posts)
    yield _said(
        f"共归集帖文{posts}条。" if posts else "没有归集到帖文，由人员登记立案。",
        _of_posts(course),
    )
    yield from _related(course)
    yield timeline_table(course, calming)
    yield _said(
        f"平息：自该时起，任何{calming.window_hours}小时内的帖文都不超过最多的{calming.window_hours}小时的"
        f"{calming.settled_percent}%（办结以后同一事项的负面帖文一并计算{_may_move(course, calming)}）。",
        of,
    )
    yield from _responses(course)
    yield _measures(course)


def _may_move(course: Course, calming: CalmingRules) -> str:
    calm = calm_of(course, calming)
    unsettled = calm is not None and course.at < calm + calming.window
    return f"；此后还不满{calming.window_hours}小时，暂按现有帖文" if unsettled else ""


def _related(course: Course) -> Iterator[Block]:
    of = _of_incident(course)
    if course.merged:
        named = "、".join(one.id for one in course.merged)
        yield _said(f"并入本事件的有{named}，其时限、预警、报告、回应和措施一并评估。", of)
    if course.incident.split_from:
        yield _said(f"本事件由{course.incident.split_from}拆出，拆出以前的办理见该事件。", of)
    if course.split_off:
        named = "、".join(one.id for one in course.split_off)
        yield _said(f"由本事件拆出的有{named}，拆出的帖文在该事件中评估。", of)


def _responses(course: Course) -> Iterator[Block]:
    if not course.effects:
        yield _said("没有登记公开回应。", _of_incident(course))
        return
    rows = tuple(
        (minute(one.response.published_at), one.response.published_by, _cut(one.response.text), one.said)
        for one in course.effects
    )
    yield Table("回应及效果", ("时间", "登记人", "内容", "回应以后"), rows, (_of_answers(course),))


def _measures(course: Course) -> Block:
    taken = valid(course.measures)
    count = {side: sum(one.side is side for one in taken) for side in Side}
    said = "，".join(f"{side.label}{number}项" for side, number in count.items())
    return _said(f"登记的处置措施：{said}。", _of_measures(course))


def _times(course: Course) -> Iterator[Block]:
    clocks = course.counted_clocks
    if not clocks:
        yield _said("没有计时的事项。", _of_clocks(course))
        return
    counted = in_time(clocks, course.at)
    said = "，".join(f"{standing.label}{number}项" for standing, number in counted.items())
    yield _said(f"共有时限{len(clocks)}项：{said}。", _of_clocks(course))
    if len(course.plans) > 1:
        yield _said(f"预案启动{len(course.plans)}次，每次的首报分别计算。", _of_clocks(course))
    yield times_table(course)
    for plan in course.plans:
        lag = until_start(course.incident.detected_at, plan.started_at)
        begun = f"第{plan.activation}次启动预案：发现至启动{lag}"
        why = f"，补记的理由：{plan.start_reason}" if plan.start_reason else ""
        yield _said(f"{begun}{why}。", Basis(Ledger.CLOCK, f"预案第{plan.activation}次启动", (str(plan.id),)))


def _time_row(clock: Deadline, course: Course) -> tuple[str, ...]:
    standing = standing_of(clock, course.at)
    done = clock.ended_at if clock.state is DeadlineState.MET else None
    label = clock.label or _LABELS[family_of(clock)]
    label += f"（第{clock.activation}次）" if _several(clock, course) else ""
    label += f"（{clock.incident}）" if clock.incident != course.incident.id else ""
    return (
        label,
        clock.unit or course.units.get(clock.id or 0) or course.incident.unit or office_name(),
        minute(clock.started_at),
        minute(clock.due_at),
        _ended(clock),
        standing.label if done is None else _done(clock, done),
        _clause(clock.clause),
    )


def _done(clock: Deadline, done: datetime) -> str:
    late = "按时" if done <= clock.due_at else f"超时{span(done - clock.due_at)}"
    return f"{late}，用时{span(done - clock.started_at)}"


def _ended(clock: Deadline) -> str:
    if clock.ended_at is None:
        return "没有办结"
    if clock.state is DeadlineState.CANCELLED:
        return f"{minute(clock.ended_at)}取消"
    return minute(clock.ended_at)


def _several(clock: Deadline, course: Course) -> bool:
    return sum(one.kind == clock.kind and one.incident == clock.incident for one in course.counted_clocks) > 1


def _alerts(course: Course) -> Iterator[Block]:
    told = [one for one in course.told if one.alert.state is not AlertState.SUPPRESSED]
    gone = len(course.told) - len(told)
    failed = sum(one.alert.state is AlertState.FAILED for one in told)
    of = Basis(Ledger.ALERT, f"事件{course.incident.id}的提醒{len(course.told)}条")
    if not course.told:
        yield _said("没有发出提醒。", of)
    else:
        waits = [one.arrived_at - one.alert.at for one in told if one.arrived_at is not None]
        slowest = f"，从发出到送达最长{span(max(waits))}" if waits else ""
        yield _said(f"共发出提醒{len(told)}条，未送达{failed}条{slowest}；因已办理等取消的{gone}条。", of)
        yield Table("预警和提醒", ("提醒", "对象", "条数", "首次", "末次", "未送达"), tuple(_by_kind(told)), (of,))
    if course.asked:
        rows = tuple(_asked_row(one, course) for one in course.asked)
        yield Table(
            "签收",
            ("单位", "要求签收", "首次送达", "签收", "签收人", "结果", "再提醒"),
            rows,
            (_of_clocks(course),),
        )
        for one in course.asked:
            if one.clock.start_reason:
                said = (
                    f"{minute(one.clock.started_at)}要求{one.unit or office_name()}重新签收：{one.clock.start_reason}。"
                )
                yield _said(said, _of_clocks(course))
    else:
        yield _said("没有要求签收。", _of_clocks(course))


def _by_kind(told: Iterable[Told]) -> Iterator[tuple[str, ...]]:
    groups: dict[tuple[str, str], list[Told]] = {}
    for one in told:
        name = _KINDS.get(one.alert.kind) or one.alert.title.partition("〔")[0].partition("：")[0]
        groups.setdefault((name, _recipient(one.alert.recipient)), []).append(one)
    for (name, recipient), each in groups.items():
        at = [one.alert.at for one in each]
        failed = sum(one.alert.state is AlertState.FAILED for one in each)
        yield (name, recipient, str(len(each)), minute(min(at)), minute(max(at)), str(failed))


def _asked_row(one: Asked, course: Course) -> tuple[str, ...]:
    clock, standing = one.clock, standing_of(one.clock, course.at)
    given = clock.ended_at if clock.state is DeadlineState.MET else None
    return (
        one.unit or office_name(),
        minute(clock.started_at),
        _NEVER if one.arrived_at is None else minute(one.arrived_at),
        _NEVER if given is None else minute(given),
        one.by or _NEVER,
        standing.label,
        f"{one.again}次" + (f"，逐级提醒到{'、'.join(one.climbed)}" if one.climbed else ""),
    )


def _missed(course: Course, rules: EvaluationRules) -> Iterator[Block]:
    yield _said(_misread("漏判", "机器没有判为本事项负面、由人工更正", course.added), _of_corrections(course.added))
    yield _said(_misread("误判", "机器误判为本事项负面、由人工更正移出", course.taken), _of_corrections(course.taken))
    late = timedelta(minutes=rules.figures.late_minutes)
    found = lags(course, late)
    unknown = len(course.posts) - sum(one.posts for one in found)
    if found:
        of = Basis(Ledger.POST, f"事件{course.incident.id}归集的帖文{sum(one.posts for one in found)}条")
        said = f"发布{rules.figures.late_minutes}分钟以后才发现的帖文{sum(one.late for one in found)}条"
        rest = f"；另有{unknown}条的发布时间不详或原帖已不保存，不计" if unknown else ""
        yield _said(f"{said}{rest}。", of)
        header = ("采集源", "帖文", "中位用时", "最长用时", "迟发现")
        rows = tuple(
            (
                course.names.get(one.source, one.source),
                str(one.posts),
                span(one.middle),
                span(one.longest),
                str(one.late),
            )
            for one in found
        )
        yield Table("从发布到发现", header, rows, (of,))
    else:
        yield _said("没有可以计算从发布到发现用时的帖文。", _of_incident(course))
    yield from _silences(course)
    yield from _reports(course)


def _misread(name: str, what: str, corrections: Sequence[Correction]) -> str:
    found = misread(corrections)
    longest = "" if found.longest is None else f"，从发现到更正最长{span(found.longest)}"
    return f"{name}（{what}）：{found.posts}条{longest}。"


def _silences(course: Course) -> Iterator[Block]:
    found = silences(course)
    if not found:
        yield _said("事件期间没有采集源读不到的记录。", Basis(Ledger.PATROL, "采集源故障记录"))
        return
    rows = tuple(
        (
            course.names.get(one.source, one.source),
            course.kinds.get(one.kind, one.kind),
            minute(one.since),
            "至今" if one.until is None else minute(one.until),
        )
        for one in found
    )
    of = Basis(Ledger.PATROL, "采集源故障记录", tuple(one.source for one in found))
    yield Table("事件期间读不到的采集源", ("采集源", "情形", "起", "止"), rows, (of,))


def _reports(course: Course) -> Iterator[Block]:
    of = Basis(Ledger.REPORT, f"已报送的报告{len(course.reports)}份", tuple(one.serial for one in course.reports))
    count = {kind: sum(one.kind is kind for one in course.reports) for kind in ReportKind}
    said = "，".join(f"{kind.label}{number}份" for kind, number in count.items())
    late = sum(standing_of(one, course.at) in (Standing.LATE, Standing.NOT_REACHED) for one in course.plans)
    yield _said(f"报送报告：{said}；首报超时或到期未报{late}次。", of, _of_clocks(course))
    for filed in course.reports:
        if filed.superseded_by is not None:
            said = f"{filed.serial}（{filed.kind.label}）有误，已由{filed.superseded_by}替代。"
            yield _said(said, Basis(Ledger.REPORT, filed.serial, (filed.serial,)))
    for one in course.replaced:
        yield _said(
            f"{one.serial or one.content.title}有误，已由新的文稿替代。",
            Basis(Ledger.REPORT, one.serial or str(one.id), (str(one.id),)),
        )


def _forecast(course: Course) -> Iterator[Block]:
    if course.forecast is None:
        yield _said("没有可以对照的风险评估。", _of_incident(course))
        return
    of = _of_forecast(course)
    held = course.forecast.held
    if held is None:
        yield _said("风险评估在公开以后才作出，不作为预判。", of)
    else:
        yield _said(f"实际情况{'未超出' if held else '超出'}公开前的风险预判。", of)
    rows = tuple((what, forecast or _NEVER, happened) for what, forecast, happened in course.forecast.lines)
    yield Table("预判与实际", ("", "预判", "实际"), rows, (of,))


def _score(course: Course, scored: Score) -> Iterator[Block]:
    yield _said(formula(scored), *of_score(scored, course))
    yield score_table(scored, course)
    yield _said("评分只按以上记录计算，不代替对责任的认定。")


def _under(item: AnyItem, course: Course) -> Iterator[Basis]:
    """What one item is scored from."""
    match item:
        case Elapsed():
            yield _of_incident(course)
            for moment in (item.since, item.until):
                yield from _of_moment(moment, course)
        case Clocks():
            yield _of_clocks(course)
        case Share():
            yield _of_posts(course)
            if item.of == "read_right":
                yield _of_corrections((*course.added, *course.taken))
        case Fell():
            yield _of_answers(course)
        case Sides():
            yield _of_measures(course)
        case Held():
            yield _of_incident(course) if course.forecast is None else _of_forecast(course)


def _of_moment(name: Moment, course: Course) -> Iterator[Basis]:
    """Where a moment is written down that the incident itself does not hold."""
    match name:
        case "posted" | "calm":
            yield _of_posts(course)
        case "answered":
            yield _of_answers(course)
        case "plan_started":
            yield _of_clocks(course)


def _never(name: str, course: Course) -> str:
    if name == "posted":
        return "不详" if course.posts else "没有帖文"
    if name == "plan_started":
        return "没有启动" if course.called_at is not None else "不需启动"
    if name == "calm":
        return "没有帖文"
    return "没有"


def _said(text: str, *rests_on: Basis) -> Paragraph:
    return Paragraph((Statement(text, rests_on),))


def _of_incident(course: Course) -> Basis:
    return Basis(Ledger.INCIDENT, f"事件{course.incident.id}", (course.incident.id, *(one.id for one in course.merged)))


def _of_clocks(course: Course) -> Basis:
    clocks = course.counted_clocks
    return Basis(Ledger.CLOCK, f"时限记录{len(clocks)}项", tuple(str(one.id) for one in clocks))


def _of_posts(course: Course) -> Basis:
    return Basis(Ledger.POST, f"事件{course.incident.id}归集的帖文{len(course.posts)}条")


def _of_answers(course: Course) -> Basis:
    refs = tuple(one.response.incident for one in course.effects)
    return Basis(Ledger.ANSWER, f"已登记的回应{len(refs)}条", refs)


def _of_measures(course: Course) -> Basis:
    refs = tuple(str(one.id) for one in valid(course.measures))
    return Basis(Ledger.MEASURE, f"处置措施{len(refs)}项", refs)


def _of_forecast(course: Course) -> Basis:
    return Basis(Ledger.RECORD, f"公开事项{course.incident.disclosure}的舆情风险评估")


def _of_corrections(corrections: Sequence[Correction]) -> Basis:
    return Basis(Ledger.POST, f"人工更正{len(corrections)}条", tuple(str(one.number) for one in corrections))


def _recipient(name: str) -> str:
    return office_name() if name == OFFICE else name


def _cut(text: str) -> str:
    one = " ".join(text.split())
    return one if len(one) <= _LONGEST else f"{one[:_LONGEST]}……"


def _clause(name: str) -> str:
    """As people cite it; the desk's own document goes without saying."""
    return citation(name).removeprefix(_OWN_DOCUMENT)


def _points(given: float) -> str:
    return f"{given:.2f}".rstrip("0").rstrip(".") or "0"

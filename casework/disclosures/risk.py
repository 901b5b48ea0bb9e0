"""Turns what was filled in of a risk assessment into its level and what it lacks (第三十九条), and, afterwards, what came into
how the forecast held."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from records.risks import Judged, RiskAssessment, RiskForm
from records.words import Risk, Severity
from regulation.clauses import citation
from regulation.risk import STEPS, Need, RiskRules


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came after publication: posts on the record, how many of them negative, incidents and the gravest."""

    posts: int
    negative: int
    incidents: int
    gravest: Severity | None


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of forecast against what happened."""

    what: str
    forecast: str
    happened: str


def level_of(judged: Sequence[Judged], rules: RiskRules) -> Risk:
    """The level: that of the kind which is judged worst."""
    found = [rules.reached(one.probability, one.impact) for one in judged]
    return max(found, key=list(Risk).index)


def calculation(judged: Sequence[Judged], rules: RiskRules) -> tuple[str, ...]:
    """How the level came about, a line a kind and one for the whole, in Chinese with the figures in force."""
    lines = [
        f"{rules.kind_label(one.kind)}：可能性 {one.probability}（{rules.probability[one.probability - 1]}）"
        f"× 影响 {one.impact}（{rules.impact[one.impact - 1]}）＝ {one.probability * one.impact}，"
        f"{rules.reached(one.probability, one.impact).label}"
        for one in judged
    ]
    begins = "，".join(f"{row.least} 起为{row.level.label}" for row in rules.levels)
    return (*lines, f"按最高的一类定为“{level_of(judged, rules).label}”（{begins}；{citation(rules.clause)}）")


def faults(form: RiskForm, rules: RiskRules, units: Collection[str]) -> tuple[str, ...]:
    """What must be put right before it counts, in Chinese; empty where nothing is wrong. `units` are those that are known."""
    judged = tuple(_judged_faults(form, rules))
    others = (*_means_faults(form, rules), *_unit_faults(form, units))
    return (*judged, *others) if judged else (*others, *lacking(form, rules))


def lacking(form: RiskForm, rules: RiskRules) -> tuple[str, ...]:
    """What the level asks for and the form does not have; whether the head has looked at it is seen later."""
    row = rules.level(level_of(form.judged, rules))
    asked: dict[Need, tuple[bool, str]] = {
        "plan": (bool(form.plan.strip()), "写明处置预案"),
        "prepared": (bool(form.prepared), "准备可能被问到的问题和答复"),
        "lead_unit": (bool(form.lead_unit), "确定牵头单位"),
    }
    return tuple(
        f"风险等级为{row.level.label}，还要{said}（{citation(row.clause)}）"
        for need, (there, said) in asked.items()
        if need in row.needs and not there
    )


def awaits_head(assessment: RiskAssessment, rules: RiskRules) -> bool:
    """Whether the head still has to look at it."""
    return "head" in rules.level(assessment.level).needs and assessment.seen is None


def compared(
    assessment: RiskAssessment, outcome: Outcome, rules: RiskRules, *, late: bool = False
) -> tuple[Compared, ...]:
    """Forecast against what happened, line by line; whether more came than was reckoned with stands in the first.

    `late`: the assessment was made only after the publication.
    """
    row = rules.level(assessment.level)
    reckoned = "不出现事件" if row.up_to is None else f"至多出现“{row.up_to.label}”事件"
    foreseen = f"{assessment.level.label}（{reckoned}{'；公开后才评估' if late else ''}）"
    worse = exceeded(assessment, outcome, rules)
    gravest = f"最高“{outcome.gravest.label}”" if outcome.gravest else "没有出现事件"
    kinds = "；".join(
        f"{rules.kind_label(one.kind)}{rules.reached(one.probability, one.impact).label}"
        for one in assessment.form.judged
    )
    prepared = len(assessment.form.prepared)
    return (
        Compared("等级", foreseen, f"{gravest}，{'高于预判' if worse else '未超出预判'}"),
        Compared("各类风险", kinds, f"事件 {outcome.incidents} 起"),
        Compared("反映", "", f"{outcome.posts} 条，其中负面 {outcome.negative} 条"),
        Compared("准备的答复", f"{prepared} 条", f"用上 {len(assessment.used)} 条"),
    )


def exceeded(assessment: RiskAssessment, outcome: Outcome, rules: RiskRules) -> bool:
    """Whether a graver incident came than an assessment of that level reckons with."""
    up_to = rules.level(assessment.level).up_to
    return (outcome.gravest.rank if outcome.gravest else 0) > (up_to.rank if up_to else 0)


def _judged_faults(form: RiskForm, rules: RiskRules) -> Iterator[str]:
    named = [one.kind for one in form.judged]
    for row in rules.kinds:
        if named.count(row.kind) != 1:
            yield f"评估{row.label}的可能性和影响（{citation(row.clause)}）"
    if unknown := set(named) - {row.kind for row in rules.kinds}:
        yield f"没有这种风险：{'、'.join(sorted(unknown))}"
    for one in form.judged:
        if not (1 <= one.probability <= STEPS and 1 <= one.impact <= STEPS):
            yield f"{rules.kind_label(one.kind)}的可能性和影响应为 1 至 {STEPS}"
        elif not one.reasons.strip():
            yield f"写明{rules.kind_label(one.kind)}这样评估的理由"


def _means_faults(form: RiskForm, rules: RiskRules) -> Iterator[str]:
    known = {row.means for row in rules.means}
    if not form.means or not known.issuperset(form.means):
        yield f"选择评估采用的方式：{'、'.join(row.label for row in rules.means)}（{citation(rules.clause)}）"


def _unit_faults(form: RiskForm, units: Collection[str]) -> Iterator[str]:
    if not form.units:
        yield "选择参加评估的单位"
    for one in form.prepared:
        if not (one.question.strip() and one.answer.strip() and one.unit):
            yield "每条准备的答复都要写明问题、答复和由哪个单位答复"
            break
    lead = [form.lead_unit] if form.lead_unit else []
    for unit in dict.fromkeys([*form.units, *lead, *(one.unit for one in form.prepared if one.unit)]):
        if unit not in units:
            yield f"没有“{unit[:40]}”这个单位：请核对名称"

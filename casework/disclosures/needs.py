"""What the form of a proposal still lacks, by the names under which procedures.yaml asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from records.proposals import Form
from records.words import Attribute, Purpose, Scope, TimeKind
from regulation.clauses import citation
from regulation.procedures import Need


def lacking(form: Form, needs: Sequence[Need]) -> tuple[str, ...]:
    """What must be filled in before the step can be signed, in Chinese with its article; empty where nothing is missing."""
    found = []
    for need in needs:
        if need.grounds and not set(need.grounds) & set(form.grounds):
            continue
        said = _said(form, need)
        if said is not None:
            found.append(f"{said}（{citation(need.clause)}）")
    return tuple(found)


def on_government_site(form: Form, need: Need, names: Iterable[str]) -> bool:
    """Whether one of these platforms is the government's site, as far as the need asks for one (第十条)."""
    return not _due_on_site(form) or any(word in name for name in names for word in need.words)


def _said(form: Form, need: Need) -> str | None:
    if need.need in _BY_NAME:
        return _BY_NAME[need.need](form, need)
    return _CHECKS[need.need](form)


def _government_proposes(form: Form, need: Need) -> str | None:
    """党政联合发文: the government's office proposes, having spoken with whoever drafted it, who therefore confirms."""
    jointly = form.document and form.joint and any(_named(unit, need) for unit in (form.unit, *form.co_units))
    if not form.with_government and not jointly:
        return None
    if not _named(form.unit, need):
        return "党政联合发文由政府办公室商起草部门提出公开建议：请撤回，改由政府办公室填报，把起草部门列入涉及单位"
    if not form.document:
        return "党政联合发文是公文：请勾选“以党委或办公室名义印发的公文”"
    if form.drafting_unit is None:
        return "写明党政联合发文的起草部门：由政府办公室与它商定公开属性和方式"
    if form.drafting_unit not in (form.unit, *form.co_units):
        return "把起草部门列入涉及单位：公开属性和方式经它确认，即为商定"
    return None


def _government_site(form: Form, need: Need) -> str | None:
    if on_government_site(form, need, form.platforms):
        return None
    return "公开平台选上政府公众网：以党委或办公室名义印发、须向社会公开的公文同步发布到政府公众网等平台"


def _due_on_site(form: Form) -> bool:
    to_society = form.audience is not None and form.audience.scope is Scope.PUBLIC
    return form.document and _open(form) and to_society and form.purpose is not Purpose.WITHDRAWAL


def _named(unit: str, need: Need) -> bool:
    return unit.endswith(need.words)


def _content(form: Form) -> str | None:
    if form.purpose is Purpose.WITHDRAWAL:
        return None if form.title.strip() else "填写题目"
    return None if form.title.strip() and form.body.strip() else "填写公开内容的题目和正文"


def _attribute(form: Form) -> str | None:
    return None if form.attribute is not None else "注明公开属性：主动公开或不予公开"


def _withheld_reason(form: Form) -> str | None:
    if form.attribute is Attribute.WITHHELD and not form.attribute_reason:
        return "写明不予公开的理由"
    return None


def _open_reason(form: Form) -> str | None:
    return None if form.attribute is None or form.attribute_reason else "写明公开或不予公开的理由"


def _way(form: Form) -> str | None:
    return None if not _open(form) or (form.manners and form.platforms) else "选择公开方式和公开平台"


def _audience(form: Form) -> str | None:
    return None if not _open(form) or form.audience is not None else "选择公开范围"


def _timing(form: Form) -> str | None:
    if not _open(form):
        return None
    if form.time_kind is None or form.decided_on is None:
        return "选择公开时限（长期、定期、分阶段、随时），并填写公开事项确定之日"
    if form.time_kind is TimeKind.REGULAR and form.period is None:
        return "选择定期公开的周期：每月、每季度、每半年或每年"
    if form.time_kind is TimeKind.STAGED and form.planned_on is None:
        return "填写这一阶段计划公开的日期"
    return None


def _explanation(form: Form) -> str | None:
    if form.purpose is Purpose.NEW:
        return None
    if not form.record:
        return f"选择要{form.purpose.label}的公开事项"
    return None if form.explanation else f"写明{form.purpose.label}的说明"


def _risk(form: Form) -> str | None:
    return "填写舆情风险评估的等级" if form.important and _open(form) and form.risk is None else None


def _joint(form: Form) -> str | None:
    return "选择联合发文的其他单位：由牵头部门填报" if form.joint and not form.co_units else None


def _interpreted(form: Form) -> str | None:
    return "注明需要解读，并附解读材料" if _open(form) and not form.interpreted else None


def _interpretation_plan(form: Form) -> str | None:
    if form.purpose is not Purpose.NEW or not _interprets(form) or form.interpretation_due is not None:
        return None
    return "写明解读方案：由哪个单位起草、哪天前拟好"


def _interpretation(form: Form) -> str | None:
    return "填写解读材料：须与文件同步审签、同步公开" if _interprets(form) and not form.interpretation else None


def _interprets(form: Form) -> bool:
    return _open(form) and form.interpreted


def _open(form: Form) -> bool:
    return form.attribute is Attribute.OPEN


_CHECKS: Mapping[str, Callable[[Form], str | None]] = {
    "content": _content,
    "attribute": _attribute,
    "withheld_reason": _withheld_reason,
    "open_reason": _open_reason,
    "way": _way,
    "audience": _audience,
    "timing": _timing,
    "explanation": _explanation,
    "risk": _risk,
    "joint": _joint,
    "interpreted": _interpreted,
    "interpretation_plan": _interpretation_plan,
    "interpretation": _interpretation,
}
_BY_NAME: Mapping[str, Callable[[Form, Need], str | None]] = {
    "government_proposes": _government_proposes,
    "government_site": _government_site,
}

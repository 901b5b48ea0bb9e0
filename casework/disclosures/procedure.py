"""Where a proposal stands: its entries, read by the procedure with which it began, give the step, the signatures that hold
and those that may be given now. Nothing else decides it, so that no step can be skipped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from casework.disclosures.needs import lacking
from records.proposals import Flag, Form, Noted, ProposalEntry
from records.same_person import alike, same_person
from records.words import Attribute
from regulation.procedures import PROPOSE, PUBLISH, Procedure, Sign, Step


class End(StrEnum):
    """How a proposal ended."""

    DISCLOSED = "disclosed"
    WITHHELD = "withheld"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {"disclosed": "已公开并归档", "withheld": "不予公开，已归档", "dropped": "已撤回"}[self.value]


class NotNow(ValueError):
    """An entry that the procedure does not allow as things stand. The message is Chinese and says what is to be done."""


@dataclass(frozen=True, slots=True)
class Given:
    """One signature as it may be given or was given: the row, and for a co-unit's the unit."""

    sign: Sign
    unit: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a proposal stands.

    `step` is the one that waits for somebody (None when it has ended), `open` the signatures that may be given now,
    `held` those that hold with their entries, `attribute` what holds of 主动公开 and 不予公开 (the last decision, else the
    form's), `lacks` what the form misses for this step, `flags` what is still open of the check, `published` the entry of
    the publication, `units` every unit that signs in the course as the form stands, or drafts the interpretation.
    """

    form: Form | None
    step: Step | None
    open: tuple[Given, ...]
    held: Mapping[Given, ProposalEntry]
    attribute: Attribute | None
    lacks: tuple[str, ...]
    flags: tuple[Flag, ...]
    published: ProposalEntry | None
    end: End | None
    units: frozenset[str]

    @property
    def in_draft(self) -> bool:
        """Whether the form can be changed: it lies with those who propose, and nobody has proposed it."""
        return self.end is None and not any(given.sign.sign == PROPOSE for given in self.held)


def standing(procedure: Procedure, unit: str, office: str, entries: Iterable[ProposalEntry]) -> Standing:
    """Read the entries in their order. `unit` proposes, `office` is the office's own name among units.

    Raises NotNow at an entry that was not allowed when it was written: such a row cannot have come from this desk.
    """
    course = Course(procedure, unit, office)
    for entry in entries:
        course.take(entry)
    return course.standing()


def already_signed(procedure: Procedure, held: Mapping[Given, ProposalEntry], sign: Sign, actor: str) -> Sign | None:
    """The signature of `actor` that holds and for which they may not give `sign` too: two accounts that carry the same 姓名
    count as one person."""
    barred = procedure.apart_from(sign.sign)
    signed = (given.sign for given, entry in held.items() if same_person(entry.actor, actor))
    return next((other for other in signed if other.sign in barred), None)


def namesake(procedure: Procedure, held: Mapping[Given, ProposalEntry], sign: Sign, actor: str) -> str | None:
    """Who gave a signature that must come from somebody else than `sign`, under a name that differs from `actor` by a remark
    or a number alone."""
    barred = procedure.apart_from(sign.sign)
    return alike(actor, (entry.actor for given, entry in held.items() if given.sign.sign in barred))


class Course:
    """Takes the entries of one proposal one after the other."""

    def __init__(self, procedure: Procedure, unit: str, office: str) -> None:
        self._procedure, self._unit, self._office = procedure, unit, office
        self._form: Form | None = None
        self._held: dict[Given, ProposalEntry] = {}
        self._cleared: set[str] = set()
        self._found: tuple[Flag, ...] = ()
        self._dropped = False

    def take(self, entry: ProposalEntry) -> None:
        """Let one more entry count. Raises NotNow, and nothing has changed, where it is not allowed."""
        {
            Noted.FILLED: self._fill,
            Noted.SIGNED: self._sign,
            Noted.RETURNED: self._return,
            Noted.CLEARED: self._clear,
            Noted.CHECKED: self._check,
            Noted.EXTENDED: self._extend,
            Noted.DROPPED: self._drop,
        }[entry.noted](entry)

    def standing(self) -> Standing:
        """Where it stands after the entries so far."""
        step = self._step()
        return Standing(
            form=self._form,
            step=step,
            open=() if step is None else self._open(step),
            held=dict(self._held),
            attribute=self._attribute(),
            lacks=() if step is None or self._form is None else lacking(self._form, step.needs),
            flags=self._flags(),
            published=next((entry for given, entry in self._held.items() if given.sign.sign == PUBLISH), None),
            end=self._end(step),
            units=self._units(),
        )

    def _fill(self, entry: ProposalEntry) -> None:
        if entry.form is None:
            raise NotNow("填写的内容是空的")
        if entry.form.unit != self._unit:
            raise NotNow("填报部门不能改：请撤回后由另一部门提出")
        if not self.standing().in_draft:
            raise NotNow("已提出，内容不能再改：请先退回，改后重新审签")
        self._form = entry.form
        self._found = entry.flags
        self._held.clear()  # whoever signed, signed other words

    def _sign(self, entry: ProposalEntry) -> None:
        now = self.standing()
        given = next((one for one in now.open if one.sign.sign == entry.sign and one.unit == entry.unit), None)
        if given is None:
            raise NotNow(self._why_not(now, entry.sign))
        self._check_person(given.sign, entry)
        self._check_decision(now, given.sign, entry)
        self._check_form(now, given.sign, entry.attribute or now.attribute)
        self._held[given] = entry

    def _return(self, entry: ProposalEntry) -> None:
        now = self.standing()
        if now.end is not None or now.published is not None or not self._held:
            raise NotNow("现在没有可以退回的")
        if not entry.reason:
            raise NotNow("退回要写明理由")
        self._held.clear()

    def _check(self, entry: ProposalEntry) -> None:
        """The form was read once more: what is found now counts, what was cleared stays so."""
        if self._form is None or self.standing().published is not None:
            raise NotNow("现在没有可以复查的")
        self._found = entry.flags

    def _clear(self, entry: ProposalEntry) -> None:
        now = self.standing()
        if now.published is not None or entry.flag not in {flag.key for flag in now.flags}:
            raise NotNow("没有这条未核销的提示，请刷新")
        if not entry.reason:
            raise NotNow("核销提示要写明理由")
        assert entry.flag is not None
        self._cleared.add(entry.flag)

    def _extend(self, entry: ProposalEntry) -> None:
        now = self.standing()
        if now.end is not None or now.published is not None or now.form is None:
            raise NotNow("已经公开或结束，不需要延期")
        if not entry.reason or entry.until is None:
            raise NotNow("延期要写明理由和延到哪一天")

    def _drop(self, entry: ProposalEntry) -> None:
        now = self.standing()
        if now.end is not None or now.published is not None:
            raise NotNow("已经公开或结束，不能撤回：要撤下已公开的内容请提出“撤回”")
        if not entry.reason:
            raise NotNow("撤回要写明理由")
        self._dropped = True

    def _step(self) -> Step | None:
        if self._dropped:
            return None
        return next((step for step in self._procedure.steps if self._missing(step)), None)

    def _missing(self, step: Step) -> list[Given]:
        return [given for sign in step.signs for given in self._givens(sign) if given not in self._held]

    def _open(self, step: Step) -> tuple[Given, ...]:
        if self._form is None:
            return ()
        signed = {given.sign.sign for given in self._held}
        return tuple(given for given in self._missing(step) if given.sign.after is None or given.sign.after in signed)

    def _givens(self, sign: Sign) -> list[Given]:
        """The signature once for each unit that has to give it; none where it does not apply."""
        form = self._form
        if form is None:
            return [Given(sign, self._unit)] if sign.when == "always" else []
        applies = {
            "always": True,
            "important": form.important,
            "document": form.document,
            "co_units": bool(form.co_units),
            "open": self._attribute() is not Attribute.WITHHELD,
            "interpreted": form.interpreted and self._attribute() is not Attribute.WITHHELD,
        }[sign.when]
        if not applies:
            return []
        units = {
            "unit": (self._unit,),
            "office": (self._office,),
            "co_unit": form.co_units,
            "interpreter": (form.interpreting_unit,),
        }[sign.of]
        return [Given(sign, unit) for unit in units]

    def _units(self) -> frozenset[str]:
        signing = {given.unit for sign in self._procedure.signs for given in self._givens(sign)}
        drafting = {self._form.interpreting_unit} if self._form is not None and self._form.interpreted else set()
        return frozenset(signing | drafting)

    def _attribute(self) -> Attribute | None:
        decided = [entry.attribute for entry in self._held.values() if entry.attribute is not None]
        if decided:
            return decided[-1]
        return None if self._form is None else self._form.attribute

    def _flags(self) -> tuple[Flag, ...]:
        return tuple(flag for flag in self._found if flag.key not in self._cleared)

    def _check_form(self, now: Standing, sign: Sign, attribute: Attribute | None) -> None:
        if now.lacks:
            raise NotNow("还不能签署：" + "；".join(now.lacks))
        if sign.clean and now.flags and attribute is not Attribute.WITHHELD:
            raise NotNow(
                f"还有 {len(now.flags)} 条保密或隐私提示没有核销，“{sign.label}”不能签署：{_named(now.flags)}。"
                "请保密负责人写明理由核销，或退回修改"
            )

    def _check_person(self, sign: Sign, entry: ProposalEntry) -> None:
        own = already_signed(self._procedure, self._held, sign, entry.actor)
        if own is None:
            return
        stored = entry.id is not None
        if stored and all(one.actor != entry.actor for given, one in self._held.items() if given.sign == own):
            return  # on record since before names were read this way
        raise NotNow(
            f"“{sign.label}”不能与“{own.label}”由同一人签署：姓名相同的账户按同一人。"
            "确是同名的两个人，请先退回，由管理员在姓名后加注区别，再重新签署"
        )

    def _check_decision(self, now: Standing, sign: Sign, entry: ProposalEntry) -> None:
        if entry.attribute in (None, now.attribute):
            return
        if not sign.decides:
            raise NotNow(f"“{sign.label}”不决定公开属性")
        if not entry.reason:
            raise NotNow("改变公开属性要写明理由")
        if entry.attribute is Attribute.OPEN:
            self._check_opened()

    def _check_opened(self) -> None:
        """What was proposed as withheld has not said how it would be disclosed."""
        assert self._form is not None
        opened = replace(self._form, attribute=Attribute.OPEN)
        missing = [said for step in self._procedure.steps for said in lacking(opened, step.needs)]
        if missing:
            raise NotNow("改为主动公开前请退回补齐：" + "；".join(missing))

    def _why_not(self, now: Standing, sign: str | None) -> str:
        row = self._procedure.sign(sign or "")
        if row is None:
            return "这种程序没有这一道签署"
        if now.end is not None:
            return f"这件事项{now.end.label}，不能再签署"
        if any(given.sign.sign == sign for given in now.held):
            return f"“{row.label}”已经签署过了，请刷新"
        waiting = "、".join(f"“{given.sign.label}”" for given in now.open) or "先填写审批表"
        return f"现在还轮不到“{row.label}”：等的是{waiting}"

    def _end(self, step: Step | None) -> End | None:
        if self._dropped:
            return End.DROPPED
        if step is not None:
            return None
        return End.WITHHELD if self._attribute() is Attribute.WITHHELD else End.DISCLOSED


def _named(flags: Iterable[Flag]) -> str:
    """The marks by their place and kind: their words stand on the page alone, since what is refused is logged."""
    told = Counter(f"{flag.place}有{flag.kind}" for flag in flags)
    return "、".join(said if count == 1 else f"{said} {count} 处" for said, count in told.items())

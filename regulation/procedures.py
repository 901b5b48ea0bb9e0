"""The course of everything that is to be disclosed: reads procedures.yaml, its steps, signatures and what they ask for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from records.shipped_files import content_of
from regulation.clauses import UnknownClause, clause
from regulation.rule_rows import BadRules, fault_in

_FILE = Path(__file__).with_name("procedures.yaml")

PROPOSE = "propose"
PUBLISH = "publish"
"""The signatures that begin and end the way to the public; every profile must have both."""

When = Literal["always", "important", "document", "co_units", "open", "interpreted"]
Of = Literal["unit", "co_unit", "office", "interpreter"]
Fact = Literal["document", "important"]
NeedName = Literal[
    "content",
    "attribute",
    "withheld_reason",
    "open_reason",
    "way",
    "audience",
    "timing",
    "explanation",
    "risk",
    "joint",
    "government_proposes",
    "government_site",
    "interpreted",
    "interpretation_plan",
    "interpretation",
]

_BY_NAME = ("government_proposes", "government_site")
"""These needs tell what they ask for by its name."""


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Need(_Row):
    """One thing that the form must have, by the name of its check; with `grounds` only where the form names one of them.

    `words` tell a unit or a platform of that kind by its name."""

    need: NeedName
    grounds: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    clause: str


class Sign(_Row):
    """One signature; see the head of procedures.yaml for its keys."""

    sign: str
    label: str
    of: Of
    when: When = "always"
    after: str | None = None
    clean: bool = False
    decides: bool = False
    assessed: str | None = None
    at_once: str | None = None
    clause: str

    @property
    def act(self) -> str:
        """The act as permissions.yaml and the audit name it."""
        return f"proposal_{self.sign}"


class Step(_Row):
    """One step: what must hold in it, and who signs."""

    step: str
    label: str
    needs: tuple[Need, ...] = ()
    signs: tuple[Sign, ...]


class Ground(_Row):
    """Why something should be interpreted: named on the form, or plain from `facts` that the form states, all of them."""

    ground: str
    label: str
    facts: tuple[Fact, ...] = ()
    clause: str


class Words(_Row):
    """What a form offers to choose from."""

    words: tuple[str, ...]
    clause: str


class Interpreting(_Row):
    """What is to be interpreted, what an interpretation tells, and by which ways; the words are offered on the form."""

    grounds: tuple[Ground, ...] = ()
    outline: Words | None = None
    ways: Words | None = None


class Procedure(_Row):
    """One profile: its steps in their order, which signatures must come from different people, and what is interpreted."""

    profile: str
    label: str
    clause: str
    steps: tuple[Step, ...]
    apart: tuple[tuple[str, ...], ...] = ()
    interpreting: Interpreting = Interpreting()

    @property
    def signs(self) -> tuple[Sign, ...]:
        """Every signature, in the order of the steps."""
        return tuple(sign for step in self.steps for sign in step.signs)

    def sign(self, name: str) -> Sign | None:
        """The signature of that name."""
        return next((sign for sign in self.signs if sign.sign == name), None)

    def need(self, name: NeedName) -> Need | None:
        """What asks for that in any step, the first."""
        return next((need for step in self.steps for need in step.needs if need.need == name), None)

    def apart_from(self, name: str) -> frozenset[str]:
        """The signatures whose signer may not give this one too."""
        return frozenset(other for group in self.apart if name in group for other in group) - {name}


def procedures() -> dict[str, Procedure]:
    """Every profile by its name."""
    return dict(_table())


def procedure(profile: str) -> Procedure:
    """The profile of that name. Raises BadRules naming the setting."""
    found = _table().get(profile)
    if found is None:
        raise BadRules(f"设置 rules.procedure：没有“{profile[:30]}”这种程序，可用 {'、'.join(_table())}")
    return found


def procedure_from(kept: Any) -> Procedure:
    """The profile as a proposal has kept it (`model_dump`)."""
    return Procedure.model_validate(kept)


def procedures_from(rows: Any, file: str) -> dict[str, Procedure]:
    """Read and check the rows. Raises BadRules naming the file, the profile and the fault."""
    if not isinstance(rows, list):
        raise BadRules(f"{file}：应为一个列表，每种程序一项")
    table: dict[str, Procedure] = {}
    for number, row in enumerate(rows, 1):
        place = f"{file} 第{number}项"
        try:
            one = Procedure.model_validate(row)
        except ValidationError as error:
            raise BadRules(f"{place}：{fault_in(error, {}, '不对')}") from None
        for fault in _faults(one):
            raise BadRules(f"{place}（{one.profile}）：{fault}")
        if one.profile in table:
            raise BadRules(f"{place}：{one.profile} 写了两次")
        table[one.profile] = one
    return table


def _faults(one: Procedure) -> Iterator[str]:
    names = [sign.sign for sign in one.signs]
    for step in one.steps:
        yield from (f"“{need.need}”要写 words" for need in step.needs if need.need in _BY_NAME and not need.words)
    yield from (f"“{name}”写了两次" for name in sorted(set(names)) if names.count(name) > 1)
    for name in (PROPOSE, PUBLISH):
        if name not in names:
            yield f"缺少“{name}”这一步签署"
    for step in one.steps:
        yield from _step_faults(step)
    yield from (f"apart 里的“{name}”不在程序里" for group in one.apart for name in group if name not in names)
    grounds = {ground.ground for ground in one.interpreting.grounds}
    named = {name for step in one.steps for need in step.needs for name in need.grounds}
    yield from (f"grounds 里的“{name}”不在解读事由里" for name in sorted(named - grounds))
    yield from _unknown_clauses(one)
    last = one.sign(PUBLISH)
    if last is not None and not last.clean:
        yield "公开发布必须要求没有未核销的提示（clean: true）"
    if not any(sign.decides for sign in one.signs):
        yield "没有任何一道签署作出是否公开的决定（decides: true）"


def _step_faults(step: Step) -> Iterator[str]:
    if not step.signs:
        yield f"“{step.label}”没有任何签署"
    before: list[str] = []
    for sign in step.signs:
        if sign.after is not None and sign.after not in before:
            yield f"“{sign.label}”的 after 应是同一步中排在它前面的签署"
        before.append(sign.sign)


def _unknown_clauses(one: Procedure) -> Iterator[str]:
    assessed = (name for sign in one.signs for name in (sign.assessed, sign.at_once) if name is not None)
    cited: Sequence[str] = [
        one.clause,
        *(sign.clause for sign in one.signs),
        *assessed,
        *_needed(one),
        *_interpreted(one),
    ]
    for name in cited:
        try:
            clause(name)
        except UnknownClause:
            yield f"没有条款“{name}”"


def _needed(one: Procedure) -> list[str]:
    return [need.clause for step in one.steps for need in step.needs]


def _interpreted(one: Procedure) -> list[str]:
    words = [words.clause for words in (one.interpreting.outline, one.interpreting.ways) if words is not None]
    return [*words, *(ground.clause for ground in one.interpreting.grounds)]


@cache
def _table() -> dict[str, Procedure]:
    return procedures_from(content_of(_FILE), _FILE.name)

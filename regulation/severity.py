"""Reads severity.yaml into typed rules and says which of them hold on a gathering of negative posts (第四十二条)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from records.words import Category, Channel, Severity
from regulation.rule_rows import BadRules, RuleFile

PERSON = "person"
"""The name in an incident's history where a person, not a rule, set the severity."""

REGROUPED = "regrouped"
"""The name where an incident takes over the severity of one that was merged into it."""

_FILE = Path(__file__).with_name("severity.yaml")


class GatheringView(Protocol):
    """What the rules ask of a gathering at one moment. Windows end at that moment and include both ends."""

    def posts(self, window: timedelta) -> int:
        """Posts in the window."""
        ...

    def channels(self, window: timedelta) -> int:
        """Different channels among the posts in the window."""
        ...

    def voices(self, window: timedelta, category: Category | None = None) -> int:
        """Voices in the window, all of them or those of one category."""
        ...

    def reactions(self) -> int:
        """Comments, reposts and likes of the whole gathering."""
        ...

    def most_reactions(self) -> int:
        """Comments, reposts and likes of the post that has most."""
        ...

    def posts_on(self, channel: Channel) -> int:
        """Posts of the whole gathering on that channel."""
        ...

    def voices_of(self, category: Category) -> int:
        """Voices of the whole gathering in that category."""
        ...


Whole = Annotated[int, Field(strict=True, ge=1)]


class _Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    severity: Severity
    head: Literal["内容", "公众反应", "媒体介入"]
    clause: Annotated[str, Field(min_length=1)]
    label: Annotated[str, Field(min_length=1)]

    @property
    def wording(self) -> str:
        """The condition in Chinese, with the figures in force."""
        return self.label.format(**self.model_dump())

    @property
    def window(self) -> timedelta | None:
        """How far back the rule looks; None for the whole gathering."""
        hours: int | None = getattr(self, "hours", None)
        return None if hours is None else timedelta(hours=hours)


class VoicesRule(_Rule):
    """So many voices within the window."""

    kind: Literal["voices"]
    voices: Whole
    hours: Whole

    def holds(self, view: GatheringView) -> bool:
        """Whether there are enough voices."""
        return view.voices(timedelta(hours=self.hours)) >= self.voices


class PostReactionsRule(_Rule):
    """One post with so many reactions."""

    kind: Literal["post_reactions"]
    reactions: Whole

    def holds(self, view: GatheringView) -> bool:
        """Whether one post has enough reactions."""
        return view.most_reactions() >= self.reactions


class PostsRule(_Rule):
    """So many posts within the window, on so many channels."""

    kind: Literal["posts"]
    posts: Whole
    hours: Whole
    channels: Whole = 1

    def holds(self, view: GatheringView) -> bool:
        """Whether there are enough posts on enough channels."""
        window = timedelta(hours=self.hours)
        return view.posts(window) >= self.posts and view.channels(window) >= self.channels


class AllReactionsRule(_Rule):
    """So many reactions in the whole gathering."""

    kind: Literal["all_reactions"]
    reactions: Whole

    def holds(self, view: GatheringView) -> bool:
        """Whether the reactions add up to enough."""
        return view.reactions() >= self.reactions


class ChannelPostsRule(_Rule):
    """So many posts of the whole gathering on one channel."""

    kind: Literal["channel_posts"]
    channel: Channel
    posts: Whole

    def holds(self, view: GatheringView) -> bool:
        """Whether there are enough posts on the channel."""
        return view.posts_on(self.channel) >= self.posts


class CategoryVoicesRule(_Rule):
    """So many voices of one and the same category within the window."""

    kind: Literal["category_voices"]
    categories: Annotated[tuple[Category, ...], Field(min_length=1)]
    voices: Whole
    hours: Whole

    def holds(self, view: GatheringView) -> bool:
        """Whether one of the categories has enough voices by itself."""
        window = timedelta(hours=self.hours)
        return any(view.voices(window, category) >= self.voices for category in self.categories)


class LeadingCategoryRule(_Rule):
    """More voices of one category than of any other, while a rule of the severity `beside` holds."""

    kind: Literal["leading_category"]
    category: Category
    beside: Severity

    def holds(self, view: GatheringView) -> bool:
        """Whether the category leads; the caller looks after `beside`."""
        mine = view.voices_of(self.category)
        return all(mine > view.voices_of(other) for other in Category if other is not self.category)


Rule = (
    VoicesRule
    | PostReactionsRule
    | PostsRule
    | AllReactionsRule
    | ChannelPostsRule
    | CategoryVoicesRule
    | LeadingCategoryRule
)
_RULE: TypeAdapter[Rule] = TypeAdapter(Annotated[Rule, Field(discriminator="kind")])
_FIXED = frozenset({*_Rule.model_fields, "kind"})
_THRESHOLDS = ("voices", "posts", "reactions")
"""The figures of a rule of which less is enough where its thresholds are lowered."""

_CHANGEABLE = frozenset({"grouping"})


class _Grouping(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    gap_days: Whole
    clause: str


class _Opening(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    severity: Severity
    clause: str


@dataclass(frozen=True)
class SeverityRules:
    """The rules in force, in the file's order.

    `gap` is how long a gathering lasts without a negative post; an incident opens when a rule of severity `opening`
    first holds. Rules with lowered thresholds say `because` of what.
    """

    rules: tuple[Rule, ...]
    gap: timedelta
    opening: Severity
    because: str | None = None

    @cached_property
    def windows(self) -> tuple[timedelta, ...]:
        """Every window that a rule looks through, shortest first."""
        return tuple(sorted({rule.window for rule in self.rules if rule.window is not None}))

    def holding(self, view: GatheringView) -> tuple[Rule, ...]:
        """The rules that hold now, in the file's order."""
        own = {rule.name for rule in self.rules if not isinstance(rule, LeadingCategoryRule) and rule.holds(view)}
        reached = {rule.severity for rule in self.rules if rule.name in own}
        return tuple(
            rule
            for rule in self.rules
            if rule.name in own
            or (isinstance(rule, LeadingCategoryRule) and rule.beside in reached and rule.holds(view))
        )

    def wording(self, name: str) -> str:
        """What people read for a name in an incident's history; a rule that is gone shows by its name."""
        if name == PERSON:
            return "人工认定"
        if name == REGROUPED:
            return "随并入的事件"
        return next((rule.wording for rule in self.rules if rule.name == name), name)

    def lowered(
        self, percent: int, figures: Mapping[str, Mapping[str, int]], because: str, setting: str
    ) -> SeverityRules:
        """The same rules with thresholds at so many percent, rounded up, or with these figures by rule. Raises BadRules."""
        unknown = sorted(set(figures) - {rule.name for rule in self.rules})
        if unknown:
            raise BadRules(f"设置 {setting}：没有名为 {'、'.join(unknown)} 的规则")
        lower = tuple(_lowered(rule, percent, figures.get(rule.name, {}), setting) for rule in self.rules)
        return replace(self, rules=lower, because=because)


def _lowered(rule: Rule, percent: int, figures: Mapping[str, int], setting: str) -> Rule:
    usual: dict[str, int] = {key: getattr(rule, key) for key in _THRESHOLDS if hasattr(rule, key)}
    if any(figure > usual.get(key, 0) for key, figure in figures.items()):
        raise BadRules(f"设置 {setting}：{rule.name} 只能降低 {'、'.join(usual) or '（没有可降低的数值）'}")
    share = {key: -(-figure * percent // 100) for key, figure in usual.items()}
    return rule.model_copy(update=share | dict(figures))


def severity_rules(overrides: Mapping[str, Mapping[str, Any]] | None = None, path: Path = _FILE) -> SeverityRules:
    """Read the rules, with parameters changed by name as settings.rules says. Raises BadRules."""
    file = RuleFile(path, "rules.severity", _RULE, _FIXED, {"grouping": _Grouping, "opening": _Opening}, _CHANGEABLE)
    sections, rules = file.read(overrides)
    for name, kept in ((PERSON, "人工认定"), (REGROUPED, "合并")):
        if any(rule.name == name for rule in rules):
            raise BadRules(f"{path.name}：规则不能叫 {name}，这个名字留给{kept}")
    return SeverityRules(rules, timedelta(days=sections["grouping"].gap_days), sections["opening"].severity)


def figures_of(rule: Rule) -> dict[str, int]:
    """The figures of a rule that may be changed, by name: thresholds first, then the window."""
    return {key: getattr(rule, key) for key in (*_THRESHOLDS, "hours") if hasattr(rule, key)}


def calls_for_plan(severity: Severity) -> bool:
    """Whether the response plan must be started for an incident of that severity (第四十二条（三）)."""
    return severity is Severity.MAJOR_EMERGENCY


def calls_by_sound(severity: Severity) -> bool:
    """Whether an incident of that severity calls by a sound whoever has asked for it: from major on (第四十二条（二）)."""
    return severity.rank >= Severity.MAJOR.rank

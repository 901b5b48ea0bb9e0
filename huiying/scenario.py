"""Reads a scenario folder: records, posts and actions in order of time; what cannot be used comes with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from huiying.settings import BadSettings, Settings, load
from nlp.admission import admit
from pipeline.assess_file import Line, UnreadableFile, lines_of
from records.actions import Action, action_from
from records.disclosures import Disclosure, disclosure_from
from records.posts import Post, raw_post_from
from records.reading import BadRecord


class BadScenario(ValueError):
    """A folder that is no scenario. The message is Chinese and names the file, the line and the fault."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that was not used, and why; `row` is an action's own row, never a post's."""

    line: int
    reason: str
    row: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class NumberedPost:
    """A masked post and the line that it came from."""

    line: int
    post: Post


@dataclass(frozen=True, slots=True)
class NumberedAction:
    """An action, its line, and the row as written."""

    line: int
    action: Action
    row: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happens when: posts by `seen_at`, actions by `at`, each in the file's order where the times are equal."""

    settings: Settings
    disclosures: tuple[Disclosure, ...]
    posts: tuple[NumberedPost, ...]
    actions: tuple[NumberedAction, ...]
    rejected_posts: tuple[Rejected, ...]
    rejected_actions: tuple[Rejected, ...]

    @property
    def begin(self) -> datetime | None:
        """The first moment at which something happens, or None where nothing does."""
        return min(self._moments(), default=None)

    @property
    def end(self) -> datetime | None:
        """The last post or action, or None where there is none."""
        return max(self._moments(), default=None)

    def _moments(self) -> Iterator[datetime]:
        yield from (one.post.seen_at for one in self.posts)
        yield from (one.action.at for one in self.actions)


def read_scenario(folder: Path) -> Scenario:
    """Read the folder; posts are masked as they are read. Raises BadScenario."""
    if not folder.is_dir():
        raise BadScenario(f"没有这个场景文件夹：{folder}")
    posts, rejected_posts = _posts(folder / "posts.jsonl")
    actions, rejected_actions = _actions(folder / "actions.jsonl")
    return Scenario(
        settings=_settings(folder / "settings.yml"),
        disclosures=_disclosures(folder / "disclosures.jsonl"),
        posts=tuple(sorted(posts, key=lambda one: one.post.seen_at)),
        actions=tuple(sorted(actions, key=lambda one: one.action.at)),
        rejected_posts=tuple(rejected_posts),
        rejected_actions=tuple(rejected_actions),
    )


def _settings(file: Path) -> Settings:
    """The scenario's own settings and nothing else, so that it gives the same everywhere."""
    if not file.exists():
        return Settings()
    try:
        return load(file, {})
    except BadSettings as error:
        raise BadScenario(str(error)) from None


def _disclosures(file: Path) -> tuple[Disclosure, ...]:
    found: dict[str, Disclosure] = {}
    for line in _lines(file):
        try:
            record = disclosure_from(_object(line))
        except BadRecord as error:
            raise BadScenario(f"{file} 第 {line.number} 行：{error}") from None
        if record.id in found:
            raise BadScenario(f"{file} 第 {line.number} 行：编号“{record.id}”重复")
        found[record.id] = record
    return tuple(found.values())


def _posts(file: Path) -> tuple[list[NumberedPost], list[Rejected]]:
    posts, rejected = [], []
    for line in _lines(file):
        try:
            posts.append(NumberedPost(line.number, admit(raw_post_from(_object(line)))))
        except BadRecord as error:
            rejected.append(Rejected(line.number, str(error)))
    return posts, rejected


def _actions(file: Path) -> tuple[list[NumberedAction], list[Rejected]]:
    actions, rejected = [], []
    for line in _lines(file):
        try:
            row = _object(line)
            actions.append(NumberedAction(line.number, action_from(row), row))
        except BadRecord as error:
            rejected.append(Rejected(line.number, str(error), line.row))
    return actions, rejected


def _lines(file: Path) -> Iterator[Line]:
    if not file.is_file():
        raise BadScenario(f"场景文件夹缺少 {file.name}：{file.parent}")
    try:
        yield from lines_of(file)
    except UnreadableFile as error:
        raise BadScenario(f"{file.parent}：{error}") from None


def _object(line: Line) -> dict[str, Any]:
    if line.row is None:
        raise BadRecord(line.reason)
    return line.row

"""Where an office publishes, which of it a catalogue asks for, and how the links are looked after."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from records.shipped_files import content_of
from regulation.rule_rows import BadRules, fault_in

_FILE = Path(__file__).with_name("platforms.yaml")
Count = Annotated[int, Field(ge=1)]
Text = Annotated[str, Field(min_length=1, max_length=40)]


class Platform(BaseModel):
    """One platform; see platforms.yaml for what each key means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Text
    name: Text
    online: bool
    words: tuple[Text, ...]
    clause: str
    used: bool = True


class PlatformRules(BaseModel):
    """platforms.yaml as read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    clause: str
    either: tuple[Text, ...]
    ask_days: Count
    check_days: Count
    check_hours: Count
    broken_after: Count
    at_once: Count
    platforms: tuple[Platform, ...]

    @property
    def asked(self) -> timedelta:
        """How long after its publication a record is asked where it has not been published yet."""
        return timedelta(days=self.ask_days)

    @property
    def checked(self) -> timedelta:
        """How long after a record's publication its links are looked at."""
        return timedelta(days=self.check_days)

    @property
    def between_checks(self) -> timedelta:
        """How long a link goes unlooked at."""
        return timedelta(hours=self.check_hours)

    @property
    def in_use(self) -> tuple[Platform, ...]:
        """The platforms on which something can be published now."""
        return tuple(platform for platform in self.platforms if platform.used)

    def platform(self, platform_id: str) -> Platform | None:
        """The platform of that id, in use or not."""
        return next((platform for platform in self.platforms if platform.id == platform_id), None)

    def named(self, name: str) -> Platform | None:
        """The platform of that name, in use or not."""
        return next((platform for platform in self.platforms if platform.name == name.strip()), None)

    def missing(self, cell: str, published_on: Collection[str]) -> tuple[str, ...]:
        """The ways in a catalogue's cell that none of the platforms published on serves; as many as it still asks for."""
        named = tuple(dict.fromkeys(word for one in self.in_use for word in one.words if word in cell))
        served = {word for one in self.platforms if one.id in published_on for word in one.words}
        left = tuple(word for word in named if word not in served)
        enough = any(word in cell for word in self.either) and len(left) < len(named)
        return () if enough else left


def platform_rules(changes: Mapping[str, Mapping[str, Any]] | None = None, path: Path = _FILE) -> PlatformRules:
    """The rules in force: `changes` by the id of a platform, or for a new one. Raises BadRules."""
    content = content_of(path)
    rows = {row["id"]: row for row in content["platforms"]}
    for platform_id, change in (changes or {}).items():
        rows[platform_id] = {"clause": content["clause"], **rows.get(platform_id, {}), **change, "id": platform_id}
    try:
        return PlatformRules.model_validate({**content, "platforms": list(rows.values())})
    except ValidationError as error:
        raise BadRules(f"设置 rules.platforms：{fault_in(error, {}, '缺少、多余或值不对')}") from None

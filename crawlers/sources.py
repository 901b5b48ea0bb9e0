"""Turns a sources file (YAML) into checked sources; a mistake is told with file, row and key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails

import crawlers.spiders
from crawlers.reading import Options, Via
from records.words import Channel

EXAMPLE = Path(__file__).with_name("sources.yaml")

LONGEST_TEXT = 200_000
"""Characters of YAML that somebody may type or hand over."""


class BadSources(ValueError):
    """A sources file that cannot be used. The message is Chinese, one fault a line, each with file, row and key."""


class Row(BaseModel):
    """What every row says, whatever its kind. Times in seconds.

    `url` is for kinds that read the web, and for those alone. `adaptive` lets a busy source be read oftener than its
    interval. `overlap_seconds` is how far before the last whole reading one that pages from new to old goes on, for
    entries that appear late and reactions that change. `recheck_seconds` is how long the page of a stored post may go
    unread before it is asked whether it is still there; 0 for never. `whole_seconds` is how often at most all pages of a
    long thread, and all pages of a list from new to old, are read although the older ones are known.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,79}$")
    name: str = Field(min_length=1, max_length=80)
    kind: str
    channel: Channel
    url: str | None = None
    interval_seconds: float = Field(600, ge=1, le=7 * 86400)
    adaptive: bool = True
    overlap_seconds: float = Field(2 * 86400, ge=0, le=90 * 86400)
    recheck_seconds: float = Field(86400, ge=0, le=90 * 86400)
    whole_seconds: float = Field(86400, ge=0, le=90 * 86400)
    delay_seconds: float | None = Field(None, ge=0, le=600)
    max_pages: int = Field(200, ge=1, le=20_000)
    enabled: bool = True
    read: dict[str, Any] = {}

    @field_validator("name")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if not value.strip() or not value.isprintable():
            raise ValueError("不能为空，也不能有换行或控制字符")
        return value

    @field_validator("url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            parts = urlsplit(value)
            sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
            _ = parts.port
        except ValueError:
            sound = False
        if not sound:
            raise ValueError("应为 http:// 或 https:// 开头的网址，且不带用户名")
        return value


@dataclass(frozen=True, slots=True)
class Source:
    """A place to read. `delay` is the least pause in seconds between two requests to its host, None for the default.

    `url` is empty for a kind that does not read the web (see `via`). `options` is the kind's own reading of
    `row["read"]`; `row` is the row as plain data, for the crawl subprocess.
    """

    id: str
    name: str
    kind: str
    via: Via
    channel: Channel
    url: str
    interval: float
    adaptive: bool
    overlap: float
    recheck: float
    whole: float
    delay: float | None
    max_pages: int
    enabled: bool
    options: Options
    row: Mapping[str, Any]


def kinds() -> tuple[str, ...]:
    """The names of the source kinds: the files in `spiders/`."""
    return tuple(sorted(module.name for module in iter_modules(crawlers.spiders.__path__)))


def load_sources(path: Path) -> tuple[Source, ...]:
    """The sources of a file, in its order, disabled ones included. Raises BadSources."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        raise BadSources(f"{path}：读不了这个文件，请检查它是否存在、是否为 UTF-8") from None
    except yaml.YAMLError as error:
        raise BadSources(f"{path}：不是有效的 YAML{_place(error)}") from None
    return sources_from(document, str(path))


def rows_in(text: str, name: str) -> list[object]:
    """The rows that somebody typed or handed over as YAML: one row, a list of rows, or a whole sources file.

    Raises BadSources; the rows themselves are not checked yet.
    """
    if len(text) > LONGEST_TEXT:
        raise BadSources(f"{name}：太长，最多 {LONGEST_TEXT} 个字符")
    try:
        # An alias can stand for a list of aliases: a few lines would unfold to gigabytes where the row is written out.
        if any(isinstance(part, yaml.AliasEvent) for part in yaml.parse(text, yaml.SafeLoader)):
            raise BadSources(f"{name}：不能用 YAML 的引用（*名称）")
        document = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, BadSources):
            raise
        raise BadSources(f"{name}：不是有效的 YAML{_place(error)}") from None
    if isinstance(document, dict) and isinstance(document.get("sources"), list):
        return list(document["sources"])
    rows = document if isinstance(document, list) else [document]
    if not rows or not all(isinstance(row, dict) for row in rows):
        raise BadSources(f"{name}：应为一个采集源（一组“项目: 值”），或每个以“- id: …”开头的列表")
    return rows


def sources_from(document: object, name: str) -> tuple[Source, ...]:
    """The sources of a parsed file called `name` in messages. Raises BadSources with every fault found."""
    if not isinstance(document, dict) or not isinstance(document.get("sources") or [], list):
        raise BadSources(f"{name}：应以“sources:”开头，下面每个采集源一行“- id: …”")
    faults = [f"{name}：不认识的项目“{key}”，这里只有“sources”" for key in document if key != "sources"]
    found: dict[str, Source] = {}
    for number, row in enumerate(document.get("sources") or [], start=1):
        where = f"{name} 第 {number} 个采集源" + (f"（{row['id']}）" if isinstance(row, dict) and row.get("id") else "")
        try:
            source = source_from(row)
        except BadSources as error:
            faults.extend(f"{where}：{fault}" for fault in str(error).splitlines())
            continue
        if source.id in found:
            faults.append(f"{where}：“id”与前面的采集源重复")
        found[source.id] = source
    if faults:
        raise BadSources("\n".join(faults))
    return tuple(found.values())


def source_from(row: object) -> Source:
    """One row as a source. Raises BadSources, one fault a line, each naming its key."""
    if not isinstance(row, dict):
        raise BadSources("应为一组“项目: 值”")
    try:
        read = Row.model_validate(row)
    except ValidationError as error:
        raise BadSources("\n".join(_fault(detail) for detail in error.errors())) from None
    if read.kind not in kinds():
        raise BadSources(f"“kind”没有“{read.kind[:30]}”这一类：可用 {'、'.join(kinds())}")
    via = via_of(read.kind)
    if (read.url is None) is (via is Via.WEB):
        raise BadSources("“url”缺少这一项" if via is Via.WEB else f"“url”是多余的：{read.kind} 不从网上读")
    fault = None if read.url is None else _url_fault(read.kind, read.url)
    if fault is not None:
        raise BadSources(f"“url”{fault}")
    try:
        options = options_of(read.kind).model_validate(read.read)
    except ValidationError as error:
        raise BadSources("\n".join(_fault(detail, "read.") for detail in error.errors())) from None
    return Source(
        id=read.id,
        name=read.name,
        kind=read.kind,
        via=via,
        channel=read.channel,
        url=read.url or "",
        interval=read.interval_seconds,
        adaptive=read.adaptive,
        overlap=read.overlap_seconds,
        recheck=read.recheck_seconds,
        whole=read.whole_seconds,
        delay=read.delay_seconds,
        max_pages=read.max_pages,
        enabled=read.enabled,
        options=options,
        row=read.model_dump(mode="json"),
    )


def short_row(source: Source) -> dict[str, Any]:
    """The row of a source with nothing in it that would hold anyway; plain data, as it is kept and shown."""
    row = Row.model_validate(source.row).model_dump(mode="json", exclude_defaults=True)
    return {key: int(value) if isinstance(value, float) and value.is_integer() else value for key, value in row.items()}


def options_of(kind: str) -> type[Options]:
    """The options class of a kind."""
    return import_module(f"crawlers.spiders.{kind}").OPTIONS  # type: ignore[no-any-return]


def via_of(kind: str) -> Via:
    """How a kind gets what it reads."""
    return getattr(import_module(f"crawlers.spiders.{kind}"), "VIA", Via.WEB)


def _url_fault(kind: str, url: str) -> str | None:
    fault: Callable[[str], str | None] | None = getattr(import_module(f"crawlers.spiders.{kind}"), "url_fault", None)
    return None if fault is None else fault(url)


def _place(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return "" if mark is None else f"（第 {mark.line + 1} 行第 {mark.column + 1} 列）"


_FAULTS = {
    "missing": "缺少这一项",
    "extra_forbidden": "不认识的项目，请检查拼写",
    "string_type": "应为文字",
    "string_too_short": "不能为空",
    "string_too_long": "太长",
    "string_pattern_mismatch": "只能用小写字母、数字、- 和 _，并以字母或数字开头",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "dict_type": "应为一组“项目: 值”",
    "tuple_type": "应为列表",
    "model_type": "应为一组“项目: 值”",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
}


def _fault(detail: ErrorDetails, prefix: str = "") -> str:
    key = (prefix + ".".join(str(part) for part in detail["loc"])).rstrip(".")
    context = detail.get("ctx", {})
    kind = detail["type"]
    if kind == "value_error":
        said = str(context["error"])
    elif kind == "enum":
        said = f"应为 {'、'.join(Channel)} 之一"
    elif kind == "literal_error":
        said = f"只能是 {context['expected'].replace(' or ', '、').replace(', ', '、')}"
    elif kind in ("greater_than_equal", "less_than_equal"):
        bound = float(context["ge"] if "ge" in context else context["le"])
        said = f"应{'不小于' if 'ge' in context else '不大于'} {bound:g}"
    else:
        said = _FAULTS.get(kind, "值不对")
    return f"“{key}”{said}"

"""Describes the settings: as a commented file to start from, as a page of the documentation, as what is in force."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from huiying.settings import PREFIX, Settings, is_secret, section_of

_OPEN = frozenset({"organisation", "data_dir"})
_HEAD = """\
# 回应台设置。以“#”开头的行是说明或默认值；要改哪一项，就去掉那一行（及其所属各行）行首的“#”再改。
# 相对路径从本文件所在目录算起。每一项也可以用环境变量给出，如 HUIYING_DESK__PORT=9000。
# 密码不写在这里：写进单独的文件（…_file），或用环境变量给出。
"""


def starting_file(data_dir: str) -> str:
    """A commented settings file for a new desk: the organisation and the data directory are filled in, the rest is default."""
    lines = [_HEAD]
    for key, field in Settings.model_fields.items():
        if key == "sample":
            continue
        mark = "" if key in _OPEN else "#"
        lines.append(f"# {field.description}")
        section = section_of(field)
        if section is None:
            lines.append(f"{mark}{key}: {data_dir if key == 'data_dir' else _yaml(field)}\n")
        else:
            lines.extend([f"{mark}{key}:", *_rows(section, mark, "  "), ""])
    return "\n".join(lines)


def _rows(section: type[BaseModel], mark: str, indent: str) -> Iterator[str]:
    for key, field in section.model_fields.items():
        if is_secret(field):
            continue
        inner = section_of(field)
        yield f"#{indent} {field.description}"
        if inner is None:
            yield f"{mark}{indent}{key}: {_to_begin_with(field)}".rstrip()
        else:
            yield f"#{indent}{key}:"
            yield from _rows(inner, "#", indent + "  ")


def documentation() -> str:
    """docs/settings.md: every setting with its variable, default and meaning."""
    parts = [
        "# 设置\n",
        "本页由 `huiying settings --markdown` 生成，请勿手改。设置写在 `huiying.yaml`（`huiying init 目录` 生成一份带注释的）"
        "或环境变量里；环境变量优先。写错的名称会报错并指出是哪一项。\n",
        *_table("", Settings),
    ]
    return "\n".join(parts)


def _table(path: str, section: type[BaseModel]) -> Iterator[str]:
    plain = [(key, field) for key, field in section.model_fields.items() if section_of(field) is None]
    if plain:
        yield "| 设置 | 环境变量 | 默认 | 含义 |\n|---|---|---|---|"
        for key, field in plain:
            name = f"{path}{key}"
            variable = PREFIX + name.upper().replace(".", "__")
            shown = f"`{_yaml(field)}`" if _yaml(field) else "（无）"
            yield f"| `{name}` | `{variable}` | {shown} | {field.description} |"
        yield ""
    for key, field in section.model_fields.items():
        inner = section_of(field)
        if inner is not None:
            yield f"## {path}{key}：{field.description}\n"
            yield from _table(f"{path}{key}.", inner)


def in_force(settings: Settings) -> str:
    """The settings in force as YAML, without any secret."""
    tree: dict[str, Any] = json.loads(settings.model_dump_json(exclude_none=True))
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False)


def _to_begin_with(field: FieldInfo) -> str:
    """The default; of what must be filled in an example, where there is one."""
    return _written(field.examples[0]) if field.is_required() and field.examples else _yaml(field)


def _yaml(field: FieldInfo) -> str:
    if field.default is PydanticUndefined:
        return "（必填）" if field.is_required() else ""
    return "" if field.default is None else _written(field.default)


def _written(default: Any) -> str:
    value = default if isinstance(default, (bool, int, float, str)) else _plain(default)
    return (
        yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=1000).removesuffix("\n...\n").strip()
    )


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, dict) else str(value)

"""The town's ports → the sources file that a desk reads it with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

TEMPLATE = Path(__file__).with_name("sources.yaml")


def sources_text(ports: Mapping[str, int]) -> str:
    """The sources file as YAML, each `{site}` filled in with that site's port."""
    text = TEMPLATE.read_text(encoding="utf-8")
    head, mark, rows = text.partition("sources:\n")
    for site, port in ports.items():
        rows = rows.replace("{" + site + "}", str(port))
    return f"{_HEAD}{mark}{rows}" if head else text


_HEAD = "# 示例小城的采集来源，由 `python -m samples.town --write-sources` 写出。小城是虚构的，只在本机。\n"

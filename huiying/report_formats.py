"""Finds the formats that a report is printed in: .docx first, then those that the settings name, in the office's templates."""

from __future__ import annotations

from typing import Any

import casework.reports.formats
from casework.reports.own_templates import InOwnTemplate, OwnTemplates
from huiying.discovery import module, names
from huiying.settings import BadSettings, Settings
from pipeline.printing import FORMATS, Format


def report_formats(settings: Settings) -> tuple[Format, ...]:
    """The formats in force. Raises BadSettings naming one that has no file in casework/reports/formats."""
    found: list[Any] = list(FORMATS)
    for name in settings.reports.also:
        try:
            format_ = module(casework.reports.formats, name)
        except KeyError:
            there = "、".join(names(casework.reports.formats))
            raise BadSettings(f"设置 reports.also：没有“{name}”这种报告格式，可用 {there}") from None
        if format_ not in found:
            found.append(format_)
    templates = OwnTemplates(settings.templates_dir)
    return tuple(InOwnTemplate(one, templates) if getattr(one, "TAKES_TEMPLATE", False) else one for one in found)

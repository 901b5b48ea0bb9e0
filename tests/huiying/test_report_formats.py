"""Which formats reports are printed in."""

from __future__ import annotations

import pytest

from huiying.report_formats import report_formats
from huiying.settings import BadSettings, Reports, Settings


def test_docx_is_always_there_and_first() -> None:
    assert [one.EXTENSION for one in report_formats(Settings())] == ["docx"]
    assert [one.EXTENSION for one in report_formats(Settings(reports=Reports(also=("docx",))))] == ["docx"]
    assert [one.EXTENSION for one in report_formats(Settings(reports=Reports(also=("pdf",))))] == ["docx", "pdf"]


def test_a_format_without_a_file_is_named_with_what_there_is() -> None:
    with pytest.raises(BadSettings, match=r"“papyrus”.*docx"):
        report_formats(Settings(reports=Reports(also=("papyrus",))))

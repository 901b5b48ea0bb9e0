"""`huiying version` says which version this is."""

from __future__ import annotations

import re

import pytest

from huiying.cli import run


def test_the_version_is_shown(capsys: pytest.CaptureFixture[str]):
    assert run(["version"]) == 0
    assert re.fullmatch(r"回应台 \d+\.\d+\.\d+\n", capsys.readouterr().out)

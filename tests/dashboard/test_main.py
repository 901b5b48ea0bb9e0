"""`python -m dashboard` starts with sound settings only; messages lead where they say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.screens.messages import incident_in, leads_to_sources
from tests.dashboard.conftest import ROOT


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("desk: {cookie_secret_file: short.key}", "登录凭证密钥太短"),
        ("desk: {cookie_secret_file: missing.key}", "读不到 desk.cookie_secret_file"),
        ("desk: {prot: 1}", "没有“desk.prot”这一项设置"),
    ],
)
def test_a_weak_or_missing_cookie_secret_or_an_unknown_setting_stops_the_start(
    tmp_path: Path, settings: str, said: str
):
    file = tmp_path / "huiying.yaml"
    file.write_text(settings, "utf-8")
    (tmp_path / "short.key").write_bytes(b"k" * 31)
    environment = {**os.environ, "HUIYING_SETTINGS": str(file)}
    ended = subprocess.run(
        [sys.executable, "-m", "dashboard"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("link", "incident"),
    [
        ("/incident?id=20260410-001", "20260410-001"),
        ("http://127.0.0.1:8501/incident?id=20260410-001", "20260410-001"),
        ("/ledger?id=d1", None),
        ("/incident", None),
        (None, None),
    ],
)
def test_a_message_leads_to_the_incident_of_its_link(link: str | None, incident: str | None):
    assert incident_in(link) == incident


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        (None, False),
        ("http://desk.example/incident?id=1", False),
        ("http://desk.example/sources", True),
        ("/sources?id=bbs", True),
    ],
)
def test_a_message_leads_to_the_sources_that_it_is_about(link: str | None, leads: bool):
    assert leads_to_sources(link) is leads

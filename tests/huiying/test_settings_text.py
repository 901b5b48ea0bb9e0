"""The settings describe themselves: a file to start from, a page of documentation, what is in force."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from huiying.settings import Settings, load
from huiying.settings_text import documentation, in_force, starting_file


def test_the_file_to_start_from_can_be_used_as_it_is(tmp_path: Path):
    file = tmp_path / "huiying.yaml"
    file.write_text(starting_file("data"), encoding="utf-8")
    settings = load(file, {})
    assert settings.data_dir == tmp_path / "data"
    assert settings.organisation == Settings().organisation


def test_every_commented_line_of_it_can_be_switched_on(tmp_path: Path):
    text = re.sub(r"^#( *[a-z_]+:)", r"\1", starting_file("data"), flags=re.MULTILINE).replace(
        "（必填）", "a@b.example"
    )
    assert set(yaml.safe_load(text)) == set(Settings.model_fields) - {"sample"}
    file = tmp_path / "huiying.yaml"
    file.write_text(text, encoding="utf-8")
    assert load(file, {}).alerts.email.port == 465  # type: ignore[attr-defined]


def test_it_holds_no_place_for_a_password():
    assert "password:" not in starting_file("data")


def test_the_documentation_names_variable_default_and_meaning():
    assert "| `desk.port` | `HUIYING_DESK__PORT` | `8501` | 监听端口 |" in documentation()


def test_what_is_in_force_hides_secrets(tmp_path: Path):
    settings = load(None, {"HUIYING_DATABASE__PASSWORD": "not to be seen", "HUIYING_DESK__PORT": "9100"})
    text = in_force(settings)
    assert "not to be seen" not in text
    assert yaml.safe_load(text)["desk"]["port"] == 9100

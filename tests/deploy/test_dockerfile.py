"""The image is built from what is locked, holds nothing but the desk, and runs as a user without rights."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import yaml

from huiying.settings import FILE_VARIABLE, load
from tests.deploy.test_compose import ETC, ours, parsed
from tests.test_house_rules import ROOT


@dataclass(frozen=True)
class Instruction:
    word: str
    rest: str

    @property
    def words(self) -> list[str]:
        """The words of one in the exec form, which no shell reads; none where it is not."""
        read = json.loads(self.rest) if self.rest.startswith("[") else []
        return [str(word) for word in read]


@cache
def instructions() -> tuple[Instruction, ...]:
    text = "\n".join(line for line in (ROOT / "Dockerfile").read_text("utf-8").splitlines() if not line.startswith("#"))
    lines = [line.strip() for line in text.replace("\\\n", " ").splitlines() if line.strip()]
    return tuple(Instruction(*line.split(None, 1)) for line in lines)


def last_stage() -> list[Instruction]:
    begins = max(number for number, one in enumerate(instructions()) if one.word == "FROM")
    return list(instructions()[begins:])


def every(word: str) -> list[str]:
    return [" ".join(one.rest.split()) for one in instructions() if one.word == word]


def the(word: str) -> Instruction:
    """The one of that word in the last stage, which says what the image is."""
    (found,) = [one for one in last_stage() if one.word == word]
    return found


def variables() -> dict[str, str]:
    """What the last stage puts into the environment."""
    return dict(pair.split("=", 1) for one in last_stage() if one.word == "ENV" for pair in one.rest.split())


def test_every_stage_starts_from_the_one_pinned_image():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["requires-python"]
    base = instructions()[0]
    assert base.word == "ARG"
    pinned = re.fullmatch(r"PYTHON_IMAGE=python:(\d+\.\d+)\.\d+-slim-bookworm(@sha256:[0-9a-f]{64})?", base.rest)
    assert pinned, base.rest
    assert version == f">={pinned[1]}"
    assert every("FROM") == ["${PYTHON_IMAGE} AS build", "${PYTHON_IMAGE}"]


def test_the_database_program_in_it_is_of_the_version_of_the_database():
    """Debian bookworm, from which it is made, has 15; a dump is made and read by programs of one version."""
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
    assert services["postgres"]["image"].startswith("postgres:15.")
    assert "postgresql-client " in " ".join(every("RUN"))


def test_it_runs_as_the_user_that_the_services_name_and_ends_at_sigterm():
    assert the("USER").rest == "10001:10001"
    assert {one["user"] for one in ours().values()} == {the("USER").rest}
    assert the("STOPSIGNAL").rest == "SIGTERM"
    after = [one.word for one in last_stage()][[one.word for one in last_stage()].index("USER") :]
    assert "RUN" not in after


@pytest.mark.parametrize("word", ["ENTRYPOINT", "CMD"])
def test_no_shell_stands_between_the_engine_and_the_program(word: str):
    assert the(word).words


def test_what_it_starts_and_looks_after_itself_by_are_commands_that_there_are():
    assert the("ENTRYPOINT").words == ["tini", "--", "huiying"]
    assert "tini" in " ".join(every("RUN"))
    parsed(the("CMD").words)
    checked = Instruction("CMD", the("HEALTHCHECK").rest.partition("CMD ")[2]).words
    assert checked[0] == "huiying"
    parsed(checked[1:])


def test_only_files_that_there_are_are_copied_and_none_that_is_kept_out():
    shown = [line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if not line.startswith("#")]
    allowed = {line.removeprefix("!") for line in shown if line.startswith("!")}
    assert shown[0] == "*"
    copied = [source for line in every("COPY") if not line.startswith("--from") for source in line.split()[:-1]]
    assert [source for source in copied if not (ROOT / source).exists()] == []
    assert set(copied) == allowed
    assert every("ADD") == []


def test_every_package_of_ours_but_the_benchmarks_is_in_it():
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    packages = {name.rstrip("*") for name in tools["setuptools"]["packages"]["find"]["include"]} - {"benchmarks"}
    copied = {line.split()[0] for line in every("COPY")}
    assert packages <= copied


def steps() -> list[str]:
    """Every single command of the RUN instructions."""
    return [step.strip() for line in every("RUN") for step in line.split("&&")]


def test_nothing_is_installed_but_what_is_locked():
    fetched = [step for step in steps() if re.search(r"pip (install|wheel|download)", step)]
    assert fetched
    assert [step for step in fetched if not re.search("--require-hashes|--no-index|--no-deps --wheel-dir", step)] == []


def test_packages_are_installed_without_their_suggestions_and_their_lists_are_left_out():
    for line in every("RUN"):
        if "apt-get" in line:
            assert "apt-get update" in line
            assert "rm -rf /var/lib/apt/lists/*" in line
            assert all("-y --no-install-recommends" in step for step in steps() if "apt-get install" in step)
    assert [step for step in steps() if re.search(r"\bsudo\b|apt-get (dist-)?upgrade|curl|wget|\bcd ", step)] == []


def test_no_secret_is_in_a_layer():
    named = [one.rest for one in instructions() if one.word in ("ARG", "ENV")]
    assert [rest for rest in named if re.search("PASSWORD|SECRET|TOKEN|KEY", rest)] == []
    assert {path.name for path in ETC.iterdir()} == {"huiying.yaml", "sources.yaml"}
    assert not [line for line in every("COPY") if "deploy" in line]


def test_its_variables_are_settings_that_there_are():
    found = {key: value for key, value in variables().items() if key.startswith("HUIYING_")}
    assert found == {FILE_VARIABLE: "/etc/huiying/huiying.yaml"}
    (mount,) = {one for service in ours().values() for one in service["volumes"] if one.startswith(".")}
    source, target, _ = mount.split(":")
    here = Path(found[FILE_VARIABLE].replace(target, str(ROOT / source)))
    assert str(load(None, {FILE_VARIABLE: str(here)}).data_dir) in the("VOLUME").words

"""docker-compose.yml starts what there is, as users without rights, with nothing open and no secret written down."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from sqlalchemy import make_url

from crawlers.sources import load_sources
from huiying.cli import cli
from huiying.settings import Settings, load
from tests.test_house_rules import ROOT

ETC = ROOT / "deploy" / "compose" / "etc"
OURS = re.compile(r"huiying:")
ENGINES = {"postgres", "elasticsearch"}


@cache
def compose() -> dict[str, Any]:
    """The file as it is read, anchors carried out."""
    read: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return read


def services() -> Iterator[tuple[str, dict[str, Any]]]:
    yield from compose()["services"].items()


def ours() -> dict[str, dict[str, Any]]:
    return {name: one for name, one in services() if OURS.match(one["image"])}


def lasting() -> dict[str, dict[str, Any]]:
    """Those that run until they are stopped."""
    return {name: one for name, one in services() if one["restart"] != "no"}


def settings() -> Settings:
    """The settings file that the containers are given."""
    return load(ETC / "huiying.yaml", {})


def arguments(one: dict[str, Any], key: str = "command") -> list[str]:
    return [str(word) for word in one[key]]


def test_every_role_is_there():
    roles = {"prepare", "clock", "send", "judge", "crawl", "desk", "backup"}
    assert (set(ours()), set(compose()["services"]) - set(ours())) == (roles, ENGINES)
    assert set(lasting()) == {*roles, *ENGINES} - {"prepare", "backup"}


@pytest.mark.parametrize("name", sorted(compose()["services"]))
def test_a_service_is_closed_in(name: str):
    one = compose()["services"][name]
    user, _, _ = one["user"].partition(":")
    assert int(user) > 0
    assert (one["cap_drop"], one["security_opt"]) == (["ALL"], ["no-new-privileges:true"])
    # Elasticsearch writes beside its own programs.
    assert one.get("read_only", False) is (name != "elasticsearch")
    assert {"privileged", "network_mode", "pid", "ipc", "cap_add", "devices", "env_file"}.isdisjoint(one)
    limits = one["deploy"]["resources"]["limits"]
    assert set(limits) == {"cpus", "memory", "pids"}
    assert set(one["logging"]["options"]) == {"max-size", "max-file"}


def test_every_image_is_pinned_to_a_whole_version_and_comes_from_no_named_host():
    versions = {"huiying": r"\d+\.\d+\.\d+", "postgres": r"\d+\.\d+-\w+", "elasticsearch": r"\d+\.\d+\.\d+"}
    for _, one in services():
        name, _, version = one["image"].partition(":")
        assert re.fullmatch(versions[name], version), one["image"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert {one["image"] for one in ours().values()} == {f"huiying:{project['version']}"}


def test_what_lasts_is_looked_after_and_what_is_waited_for_can_be_healthy():
    assert {one["restart"] for one in lasting().values()} == {"unless-stopped"}
    assert [name for name, one in lasting().items() if not one["healthcheck"]["test"]] == []
    waited = [
        (name, other, how["condition"]) for name, one in services() for other, how in one.get("depends_on", {}).items()
    ]
    assert waited
    for name, other, condition in waited:
        expected = "service_healthy" if other in lasting() else "service_completed_successfully"
        assert condition == expected, (name, other)


def test_no_clock_and_no_message_waits_for_the_search_engine():
    assert [name for name in ("clock", "send", "desk") if "elasticsearch" in ours()[name]["depends_on"]] == []


def parsed(words: list[str]) -> click.Context:
    """The command that these words call, its options read and nothing done. Raises click.UsageError."""
    context = click.Context(cli)
    name, *rest = words
    command = cli.get_command(context, name)
    assert command is not None, f"huiying {name}"
    return command.make_context(name, rest, parent=context)


@pytest.mark.parametrize("name", sorted(ours()))
def test_a_service_starts_a_command_that_there_is(name: str):
    parsed(arguments(ours()[name]))


def test_each_is_looked_after_by_the_role_that_it_has():
    for name, one in ours().items():
        if name in lasting():
            (how, program, *words) = arguments(one["healthcheck"], "test")
            assert (how, program) == ("CMD", "huiying")
            assert parsed(words).params == {"kind": name}
            assert arguments(one) == [name]


def test_only_the_desk_has_a_port_and_only_for_this_machine():
    assert {name: one["ports"] for name, one in services() if "ports" in one} == {"desk": ["127.0.0.1:8501:8501"]}
    assert (settings().desk.port, settings().desk.host) == (8501, "0.0.0.0")


def test_the_engines_are_on_a_network_that_leads_nowhere():
    networks = compose()["networks"]
    assert {name for name, one in networks.items() if (one or {}).get("internal")} == {"engines"}
    outside = {name for name, one in services() if one["networks"] != ["engines"]}
    # Who reads web sites, sends messages, shows pages.
    assert outside == {"crawl", "send", "desk"}


def test_volumes_are_named_and_files_that_are_mounted_are_there():
    used, bound = set(), set()
    for _, one in services():
        for mount in one["volumes"]:
            source = mount.split(":")[0]
            (bound if source.startswith(".") else used).add(source)
    assert used == set(compose()["volumes"])
    assert [source for source in bound if not (ROOT / source).is_dir()] == []
    assert {mount for one in ours().values() for mount in one["volumes"] if mount.startswith(".")} == {
        "./deploy/compose/etc:/etc/huiying:ro"
    }


def test_the_settings_that_the_containers_get_are_good_and_lead_to_these_containers():
    found = settings()
    url = make_url(found.database.url or "")
    given = compose()["services"]["postgres"]["environment"]
    assert (url.host, url.username, url.database) == ("postgres", given["POSTGRES_USER"], given["POSTGRES_DB"])
    assert (found.search.engine, found.search.url) == ("elasticsearch", "http://elasticsearch:9200")
    assert (str(found.data_dir), found.log.to) == ("/var/lib/huiying", "output")
    assert all("data:/var/lib/huiying" in one["volumes"] for one in ours().values())
    assert load_sources(found.sources_file) == ()
    named = list(secret_files(yaml.safe_load((ETC / "huiying.yaml").read_text("utf-8"))))
    assert len(named) == 2
    for file in named:
        name = file.removeprefix("/run/secrets/")
        assert all(name in one["secrets"] for one in ours().values()), file


def secret_files(tree: dict[str, Any]) -> Iterator[str]:
    """Every file of a secret that the settings name."""
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from secret_files(value)
        elif key.endswith("_file") and key != "sources_file":
            yield str(value)


def test_no_value_of_a_secret_is_written_anywhere():
    for name, one in services():
        for key, value in one.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|TOKEN|KEY", key):
                assert key.endswith("_FILE"), (name, key)
                assert value.removeprefix("/run/secrets/") in one["secrets"], (name, key)
            assert not key.startswith("HUIYING_"), "what the desk is told stands in its settings file"
    files = {name: Path(one["file"]) for name, one in compose()["secrets"].items()}
    assert all({"file"} == set(one) for one in compose()["secrets"].values())
    ignored = subprocess.run(
        ["git", "check-ignore", *files.values()], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert len(ignored.stdout.splitlines()) == len(files)
    granted = {name for _, one in services() for name in one["secrets"]}
    assert granted == set(files)


def run_for_secrets(folder: Path) -> tuple[subprocess.CompletedProcess[str], Path]:
    """Carry out the script in a folder of its own."""
    script = folder / "secrets.sh"
    if not script.exists():
        shutil.copy(ROOT / "deploy" / "compose" / "secrets.sh", script)
    done = subprocess.run(["bash", script], capture_output=True, text=True, check=False, timeout=20)
    return done, folder / "secrets"


def test_every_secret_is_made_for_the_one_user_who_reads_it_and_never_again(tmp_path: Path):
    done, folder = run_for_secrets(tmp_path)
    if os.geteuid() != 0:
        assert (done.returncode, folder.exists()) == (1, False)
        assert "请用 root 运行" in done.stderr
        return
    assert done.returncode == 0, done.stderr
    made = {file.name: file.stat() for file in folder.iterdir()}
    assert {name: stat.S_IMODE(file.st_mode) for name, file in made.items()} == dict.fromkeys(
        compose()["secrets"], 0o400
    )
    readers = {name: {one["user"].split(":")[0] for _, one in services() if name in one["secrets"]} for name in made}
    assert {name: {str(file.st_uid)} for name, file in made.items()} == readers
    texts = {name: (folder / name).read_text("ascii") for name in made}
    assert (
        texts["postgres_password"]
        == texts["database_password"]
        != texts["elastic_password"]
        == texts["search_password"]
    )
    assert min(map(len, texts.values())) >= 32
    assert "没有改动" in run_for_secrets(tmp_path)[0].stdout
    assert {name: (folder / name).read_text("ascii") for name in made} == texts

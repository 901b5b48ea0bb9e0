"""The town as a command."""

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import yaml

from samples.town.__main__ import main
from samples.town.epoch import EPOCH_FILE
from tests.huiying.waiting import line_of


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "samples.town", *arguments]


def home_page(line: str) -> str:
    """The page at the address that the town printed."""
    with urllib.request.urlopen(line.split()[-1], timeout=60) as answer:
        return str(answer.read().decode("utf-8"))


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, "it did not come true within a minute"
        time.sleep(0.05)


def test_it_serves_until_its_parent_is_gone(tmp_path: Path) -> None:
    town = subprocess.Popen(
        command("--port", "0", "--state", str(tmp_path), "--die-with-parent"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert town.stdin is not None
    assert town.stdout is not None
    assert "青槐县党务公开网" in home_page(line_of(town))
    assert town.poll() is None
    town.stdin.close()
    assert town.wait(timeout=20) == 0
    town.stdout.close()
    assert (tmp_path / EPOCH_FILE).exists()


def test_it_ends_cleanly_when_asked_and_a_restart_keeps_its_epoch(tmp_path: Path) -> None:
    epochs = []
    for _ in range(2):
        town = subprocess.Popen(
            command("--port", "0", "--state", str(tmp_path)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert town.stdout is not None
        line_of(town)
        town.terminate()
        assert town.wait(timeout=20) == 0
        town.stdout.close()
        epochs.append((tmp_path / EPOCH_FILE).read_text(encoding="utf-8"))
    assert epochs[0] == epochs[1]


def test_it_writes_what_a_desk_needs_without_starting_the_town(tmp_path: Path) -> None:
    state, rows, sources = tmp_path / "state", tmp_path / "d.jsonl", tmp_path / "sources.yaml"
    asked = ["--port", "9100", "--state", str(state), "--write-disclosures", str(rows), "--write-sources", str(sources)]
    assert main(asked) == 0
    first = rows.read_bytes()
    assert len(first.splitlines()) == 6
    assert json.loads(first.splitlines()[0])["url"] == "http://127.0.0.1:9100/gongkai/s01.html"
    assert yaml.safe_load(sources.read_text(encoding="utf-8"))["sources"][0]["url"].startswith("http://127.0.0.1:9100/")
    assert not (state / EPOCH_FILE).exists()
    assert main(asked) == 0
    assert rows.read_bytes() == first


def test_a_taken_port_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = subprocess.run(
            command("--port", str(taken.getsockname()[1]), "--state", str(tmp_path)),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert ran.returncode == 3
    assert "端口" in ran.stderr
    assert len(ran.stderr.splitlines()) == 1


def test_texts_that_cannot_be_read_are_told_in_one_line(tmp_path: Path) -> None:
    ran = subprocess.run(
        command("--state", str(tmp_path), "--texts", str(tmp_path / "nowhere")),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 2
    assert "town.yaml" in ran.stderr
    assert len(ran.stderr.splitlines()) == 1

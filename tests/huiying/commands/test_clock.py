"""Each process can be started by itself, leaves signs of life, and ends when it is told."""

from __future__ import annotations

import signal
import socket
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from huiying.cli import run
from huiying.settings import load
from storage.store import Store
from tests.huiying.commands.alone import prepared_in, settings_in, started
from tests.huiying.waiting import until


def test_without_a_record_store_the_clock_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["--settings", str(settings_in(tmp_path)), "clock"]) == 1
    said = capsys.readouterr().err
    assert "请先运行 huiying prepare" in said
    assert said.count("\n") == 1
    assert not (tmp_path / "data" / "huiying.db").exists()


def test_processes_run_by_themselves_two_of_a_kind_too_until_they_are_told_to_stop(tmp_path: Path):
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    file = prepared_in(tmp_path, f"desk: {{port: {port}}}\n")
    store = Store(load(file, {}).database_url)
    names = ["clock", "clock", "desk"]
    files = [tmp_path / f"{number}.out" for number in range(len(names))]
    running = [started(file, name, output=output) for name, output in zip(names, files, strict=True)]

    def alive() -> set[str]:
        with store.reading() as t:
            return {beat.worker.partition("@")[0] for beat in t.clock.heartbeats()}

    def served() -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/health", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    try:
        assert until(lambda: alive() == {"clock", "clock-2"} and served(), 100)
        for process, number in zip(running, (signal.SIGTERM, signal.SIGINT, signal.SIGINT), strict=True):
            process.send_signal(number)
        assert [process.wait(30) for process in running] == [0] * len(running)
    finally:
        for process in running:
            process.kill()
            process.wait(60)
        store.close()
    said = [output.read_text("utf-8") for output in files]
    assert "计时进程已启动（clock" in said[0]
    assert said[0].rstrip().endswith("计时进程已停下")
    assert f"http://127.0.0.1:{port}" in said[2]
    assert "Traceback" not in "".join(said)
    logs = {log.name for log in (tmp_path / "data" / "logs").iterdir()}
    assert {"clock.jsonl", "clock-2.jsonl", "desk.jsonl"} <= logs

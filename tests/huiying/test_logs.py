"""The log holds facts by name, and neither texts nor what an error was about."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from huiying.logs import facts, start_logging
from huiying.settings import Log, Settings


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield Settings(data_dir=tmp_path)
    for handler in root.handlers[:]:
        if handler not in before:
            root.removeHandler(handler)
            handler.close()
    for handler in before:
        if handler not in root.handlers:
            root.addHandler(handler)
    root.setLevel(level)


def rows(settings: Settings, worker: str) -> list[dict[str, Any]]:
    text = (settings.logs_dir / f"{worker}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_a_fact_stands_under_its_name(settings: Settings):
    log = start_logging(settings, "judge")
    log.info("judged", extra=facts(changes=12))
    row = rows(settings, "judge")[0]
    assert (row["worker"], row["level"], row["event"], row["changes"]) == ("judge", "INFO", "judged", 12)
    assert row["at"].endswith("+00:00")


def test_an_error_is_kept_without_what_it_was_about(settings: Settings):
    log = start_logging(settings, "judge")
    try:
        raise ValueError("住在幸福路12号的张三说：停水了")
    except ValueError:
        log.exception("failed")
    text = (settings.logs_dir / "judge.jsonl").read_text(encoding="utf-8")
    assert "builtins.ValueError" in text
    assert "test_logs.py" in text
    assert "张三" not in text


def test_a_librarys_message_is_kept_without_its_arguments(settings: Settings):
    start_logging(settings, "crawl")
    logging.getLogger("somelibrary").warning("could not read %s", "http://forum.example/u/zhangsan")
    row = rows(settings, "crawl")[0]
    assert (row["logger"], row["event"]) == ("somelibrary", "could not read %s")
    assert "zhangsan" not in json.dumps(row)


def test_old_logs_are_moved_aside_and_only_so_many_kept(settings: Settings):
    small = settings.model_copy(update={"log": settings.log.model_copy(update={"max_mb": 0.001, "keep": 2})})
    log = start_logging(small, "clock")
    for number in range(60):
        log.info("tick", extra=facts(number=number))
    assert sorted(file.name for file in small.logs_dir.iterdir()) == ["clock.jsonl", "clock.jsonl.1", "clock.jsonl.2"]


def test_in_a_container_the_log_goes_to_standard_output_and_no_file_is_made(
    settings: Settings, capsys: pytest.CaptureFixture[str]
):
    output = settings.model_copy(update={"log": Log(to="output")})
    start_logging(output, "judge", "judge-2").info("judged", extra=facts(changes=12))
    row = json.loads(capsys.readouterr().out)
    assert (row["worker"], row["changes"]) == ("judge-2", 12)
    assert not output.logs_dir.exists()

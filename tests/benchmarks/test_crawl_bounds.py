"""The benchmarks of bad inputs and of inner addresses hold for the crawl, and fail for one whose bounds are taken away."""

from __future__ import annotations

import json

import pytest

from benchmarks import badinput, soak, ssrf


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


@pytest.mark.slow
def test_every_bad_input_stays_within_15_seconds_and_200_megabytes(capsys: pytest.CaptureFixture[str]) -> None:
    assert badinput.main(["--quick"]) == 0
    found = told(capsys)
    assert found["faults"] == []
    assert found["inputs"] == 46


@pytest.mark.slow
def test_a_crawl_without_bounds_is_found_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert badinput.main(["--quick", "--mutant"]) == 1
    faults = str(told(capsys)["faults"])
    assert "gzip_bomb: outcome" in faults
    assert " MB" in faults
    assert "slow_drip: " in faults


def test_no_inner_server_is_reached_by_any_spelling_redirect_or_name_that_changes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert ssrf.main(["--quick"]) == 0
    found = told(capsys)
    assert (found["inner_hits"], found["inner_read"], found["proxied"]) == (0, 0, 0)
    assert found["changing"] == 10  # robots.txt, list and articles, as long as each name leads outside


def test_an_open_guard_is_found_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert ssrf.main(["--quick", "--mutant"]) == 1
    assert told(capsys)["inner_hits"] != 0


@pytest.mark.slow
@pytest.mark.parametrize(("options", "code"), [([], 0), (["--mutant"], 1)])
def test_crawls_leave_nothing_behind_and_a_leak_is_found_out(
    options: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert soak.main(["--quick", *options]) == code
    found = told(capsys)
    assert (found["descriptors_growth"] == soak.QUICK_CRAWLS) == bool(code)
    assert found["killed"]
    assert found["children_left"] == 0

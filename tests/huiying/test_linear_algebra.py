"""Each process of the desk has one core for linear algebra: workers side by side do not take it from each other."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from huiying import cli
from huiying.linear_algebra import on_one_core, the_same_everywhere

_THREADS = """
import os
from huiying.linear_algebra import on_one_core
on_one_core(os.environ)
import numpy
from threadpoolctl import threadpool_info
print({each["num_threads"] for each in threadpool_info()})
"""


def test_numpy_has_one_thread():
    unset = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    said = subprocess.run(
        [sys.executable, "-c", _THREADS], env=unset, capture_output=True, text=True, check=True, timeout=60
    )
    assert said.stdout.strip() == "{1}"


def test_whoever_has_said_otherwise_is_believed():
    environment = {"OPENBLAS_NUM_THREADS": "3"}
    on_one_core(environment)
    assert environment == {"OPENBLAS_NUM_THREADS": "3", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def test_the_command_says_so_before_it_does_anything(monkeypatch: pytest.MonkeyPatch):
    happened: list[object] = []
    monkeypatch.setattr(cli, "on_one_core", happened.append)
    monkeypatch.setattr(cli, "the_same_everywhere", happened.append)
    monkeypatch.setattr(cli, "run", lambda _: len(happened))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert (ended.value.code, happened) == (2, [os.environ, os.environ])


@pytest.mark.parametrize(
    ("flags", "chosen"),
    [
        (["fpu avx avx2 fma avx512f", "fpu avx avx2 fma avx512f"], "Haswell"),
        (["fpu avx avx2 fma", "fpu avx"], None),
        (["fpu avx avx2"], None),
        ([], None),
    ],
)
def test_processors_that_can_reckon_alike_do(tmp_path: Path, flags: list[str], chosen: str | None):
    told = tmp_path / "cpuinfo"
    told.write_text("".join(f"processor\t: {n}\nflags\t\t: {each}\n\n" for n, each in enumerate(flags)))
    environment: dict[str, str] = {}
    the_same_everywhere(environment, told)
    assert environment.get("OPENBLAS_CORETYPE") == chosen


def test_where_nobody_tells_the_library_chooses(tmp_path: Path):
    environment: dict[str, str] = {}
    the_same_everywhere(environment, tmp_path / "missing")
    assert environment == {}


def test_whoever_wants_another_way_of_reckoning_has_it(tmp_path: Path):
    told = tmp_path / "cpuinfo"
    told.write_text("flags\t\t: avx2 fma\n")
    environment = {"OPENBLAS_CORETYPE": "Zen"}
    the_same_everywhere(environment, told)
    assert environment == {"OPENBLAS_CORETYPE": "Zen"}

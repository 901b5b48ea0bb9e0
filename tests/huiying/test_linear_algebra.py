"""Each process of the desk has one core for linear algebra, and reckons with it as every other machine does."""

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
_ROUTINES = """
import os
from huiying.linear_algebra import the_same_everywhere
the_same_everywhere(os.environ)
import numpy
from threadpoolctl import threadpool_info
chosen = os.environ.get("OPENBLAS_CORETYPE")
used = {each["architecture"] for each in threadpool_info() if each["internal_api"] == "openblas"}
print(bool(used) and (chosen is None or used == {chosen}), chosen)
"""


def said_by(program: str) -> str:
    """What a process says that nobody has told anything about linear algebra."""
    ours = ("_NUM_THREADS", "_CORETYPE")
    untold = {name: value for name, value in os.environ.items() if not name.endswith(ours)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=untold, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.strip()


def test_numpy_has_one_thread():
    assert said_by(_THREADS) == "{1}"


def test_numpy_uses_the_routines_that_were_chosen_for_it():
    told: dict[str, str] = {}
    the_same_everywhere(told)
    assert said_by(_ROUTINES) == f"True {told.get('OPENBLAS_CORETYPE')}"


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

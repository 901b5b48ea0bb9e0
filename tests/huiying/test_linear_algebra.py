"""Each process of the desk has one core for linear algebra: workers side by side do not take it from each other."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from huiying import cli
from huiying.linear_algebra import on_one_core

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
    monkeypatch.setattr(cli, "run", lambda _: len(happened))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert (ended.value.code, happened) == (1, [os.environ])

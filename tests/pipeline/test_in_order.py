"""Work done in several processes comes back in order, and no process is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.in_order import AHEAD, WorkerLost, in_order
from tests.huiying.waiting import line_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")


TESTS = os.getpid()


def slow_when_even(number: int) -> int:
    if number % 2 == 0:
        time.sleep(0.01)
    return number * number


def refuse_seven(number: int) -> int:
    if number == 7:
        raise ValueError("seven")
    return number


def end_from_three_on(number: int) -> int:
    if number >= 3 and os.getpid() != TESTS:
        os._exit(9)
    return number


@pytest.mark.parametrize("processes", [0, 1, 2, 3])
def test_results_come_in_the_order_of_the_items(processes: int) -> None:
    assert list(in_order(slow_when_even, range(40), processes)) == [n * n for n in range(40)]


@pytest.mark.parametrize("processes", [0, 2])
def test_an_error_of_the_work_rises_after_the_results_before_it(processes: int) -> None:
    results = in_order(refuse_seven, range(40), processes)
    assert [next(results) for _ in range(7)] == list(range(7))
    with pytest.raises(ValueError, match="seven"):
        next(results)


def test_a_process_that_is_lost_is_said_in_one_chinese_line() -> None:
    with pytest.raises(WorkerLost) as lost:
        list(in_order(end_from_three_on, range(40), 2))
    assert "\n" not in str(lost.value)
    assert "内存" in str(lost.value)


def test_only_a_few_items_are_taken_ahead() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    results = in_order(slow_when_even, items(), 2)
    assert next(results) == 0
    assert len(taken) <= 2 * AHEAD + 1
    results.close()


def test_an_error_of_the_items_rises() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        list(in_order(slow_when_even, items(), 2))


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_processes_end_with_the_one_that_began_them(end: signal.Signals) -> None:
    script = (
        "import os, signal, time\n"
        "from pipeline.in_order import in_order\n"
        # A shell starts what runs in its background deaf to Ctrl-C, and that is handed down.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "def work(n):\n"
        "    time.sleep(0.05)\n"
        "    return os.getpid()\n"
        "for pid in in_order(work, iter(int, 1), 2):\n"
        "    print(pid, flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as parent:
        assert parent.stdout is not None
        children = {int(line_of(parent)) for _ in range(12)}
        parent.send_signal(end)
        parent.wait(60)
    assert children
    deadline = time.monotonic() + 30
    while any(map(_alive, children)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(_alive, children))


def _alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def numbers_up_to(size: int) -> NDArray[np.int64]:
    return np.arange(size)


@pytest.mark.parametrize("sizes", [[0, 1, 2, 3] * 9, [5_000_000, 1, 5_000_000, 2]])
def test_arrays_come_back_whole_however_large_they_are(sizes: list[int]) -> None:
    kept = list(in_order(numbers_up_to, sizes, 2))
    assert [len(numbers) for numbers in kept] == sizes
    assert all((numbers == np.arange(size)).all() for numbers, size in zip(kept, sizes, strict=True))
    kept[1][:] = 9

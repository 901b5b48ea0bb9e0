"""One desk on a data directory; the lock goes with its last holder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from huiying.locking import AlreadyRunning, held


def test_a_second_holder_is_refused_and_told_where(tmp_path: Path):
    with held(tmp_path / "up.lock"), pytest.raises(AlreadyRunning, match=str(tmp_path)), held(tmp_path / "up.lock"):
        pass


def test_the_lock_is_free_again_after_the_block(tmp_path: Path):
    with held(tmp_path / "up.lock"):
        pass
    with held(tmp_path / "up.lock"):
        pass


def test_shared_holders_tolerate_each_other_and_keep_others_out(tmp_path: Path):
    lock = tmp_path / "children.lock"
    with held(lock, shared=True), held(lock, shared=True), pytest.raises(AlreadyRunning), held(lock, patience=0.2):
        pass


def test_a_child_that_inherits_the_descriptor_holds_the_lock_until_it_ends(tmp_path: Path):
    lock = tmp_path / "children.lock"
    with held(lock, shared=True) as descriptor:
        child = subprocess.Popen(
            [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE, pass_fds=(descriptor,)
        )
    with pytest.raises(AlreadyRunning), held(lock):
        pass
    child.communicate(timeout=60)
    with held(lock, patience=5):
        pass

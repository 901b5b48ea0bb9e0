"""A process does not work with a record store of another version, and does not change it either."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from huiying.cli import run
from huiying.settings import load
from storage.store import Store
from tests.huiying.commands.alone import prepared_in


@pytest.mark.parametrize(("found", "said"), [("0051", "运行 huiying prepare 升级"), ("9999", "换用升级后的程序")])
def test_a_store_of_another_version_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], found: str, said: str
):
    file = prepared_in(tmp_path)
    store = Store(load(file, {}).database_url)
    with store.transaction() as t:
        t.connection.execute(text("UPDATE alembic_version SET version_num = :found"), {"found": found})
    capsys.readouterr()
    assert run(["--settings", str(file), "judge"]) == 1
    told = capsys.readouterr().err
    assert found in told
    assert said in told
    assert store.schema_version() == found
    store.close()

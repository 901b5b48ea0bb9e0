"""Notes in the data directory that the record store is being moved, or was, so that nothing starts on half of it or on what
was left behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from huiying.settings import Settings
from storage.moving import CannotMove

MARKER = "moving.json"
"""In the data directory from the beginning of a move on: where it goes, and whether it is done."""


def check_place(settings: Settings) -> None:
    """Raises CannotMove where the store of these settings is half moved to, or has been moved away from."""
    marker = settings.data_dir / MARKER
    if not marker.exists():
        return
    moved = noted(marker)
    if moved["to"] == address_of(settings):
        if not moved["done"]:
            raise CannotMove(f"数据库还没有搬完：请用原设置再运行一次 huiying move（记在 {marker}）")
    elif moved["done"] and make_url(settings.database_url).drivername == "sqlite":
        raise CannotMove(f"数据已搬到 {moved['to']}：请改用新设置启动。确实要继续用原库的，先移走 {marker}")


def note(marker: Path, address: str, *, done: bool) -> None:
    """Keep where the move goes, and whether it is done."""
    marker.write_text(json.dumps({"to": address, "done": done}), encoding="utf-8")


def noted(marker: Path) -> dict[str, Any]:
    """What is kept."""
    kept: dict[str, Any] = json.loads(marker.read_text("utf-8"))
    return {"done": False} | kept


def address_of(settings: Settings) -> str:
    """Where the database is, without its password."""
    url = make_url(settings.database_url).set(password=None)
    return url.difference_update_query(["password", "sslpassword"]).render_as_string()

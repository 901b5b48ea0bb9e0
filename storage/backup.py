"""Copies a whole record store into one file while the desk runs, and fills an empty store from such a file."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, Engine, inspect, make_url

PAGES = 256
"""So much of an SQLite database is copied at a time: in between, the desk may write."""

_VERSIONS = Path("/usr/lib/postgresql")


class CannotCopy(RuntimeError):
    """The store could not be copied. The message is Chinese."""


def dump(url: str, file: Path) -> None:
    """Write all that the store holds at one moment into `file`. Raises CannotCopy."""
    address = make_url(url)
    if address.drivername == "sqlite":
        with closing(sqlite3.connect(address.database or "")) as live, closing(sqlite3.connect(file)) as copy:
            live.backup(copy, pages=PAGES, sleep=0.01)
    else:
        _run("pg_dump", address, "--format=custom", "--no-owner", "--no-privileges", f"--file={file}")


def load(url: str, file: Path) -> None:
    """Fill an empty store from what `dump` has written, wholly or not at all. Raises CannotCopy."""
    address = make_url(url)
    if address.drivername == "sqlite":
        target = Path(address.database or "")
        part = target.with_name(f"{target.name}.part")
        shutil.copyfile(file, part)
        _onto_the_disk(part)
        os.replace(part, target)
    else:
        whole = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges")
        _run("pg_restore", address, *whole, f"--dbname={_named(address)}", str(file))


def is_empty(engine: Engine) -> bool:
    """Whether there is nothing in the store, not even its tables."""
    return not inspect(engine).get_table_names()


def damage(engine: Engine) -> str | None:
    """What the database itself finds wrong with what it holds; None where it is whole. PostgreSQL looks when it restores."""
    if engine.dialect.name != "sqlite":
        return None
    with engine.connect() as connection:
        for check in ("integrity_check", "foreign_key_check"):
            found = connection.exec_driver_sql(f"PRAGMA {check}").first()
            if found is not None and found[0] != "ok":
                return str(found[0])
    return None


def program(name: str) -> Path | None:
    """A program of PostgreSQL, of the newest version that there is; None where there is none."""
    found = sorted(_VERSIONS.glob(f"*/bin/{name}"), key=lambda file: int(file.parent.parent.name))
    elsewhere = shutil.which(name)
    if found:
        return found[-1]
    return None if elsewhere is None else Path(elsewhere)


def _run(name: str, address: URL, *arguments: str) -> None:
    found = program(name)
    if found is None:
        raise CannotCopy(f"找不到 {name}：请在本机安装与数据库同版本的 PostgreSQL 客户端程序")
    said = [] if name == "pg_restore" else [f"--dbname={_named(address)}"]
    if "sslpassword" in address.query:
        raise CannotCopy(f"{name} 只能在命令行上得到 sslpassword，别人看得见：请改用不带密码的私钥（sslkey）")
    # Passwords do not stand on a command line.
    password = address.password or address.query.get("password")
    environment = {**os.environ, **({} if password is None else {"PGPASSWORD": str(password)})}
    done = subprocess.run(
        [str(found), *said, *arguments], env=environment, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode:
        raise CannotCopy(f"{name} 没有成功：{(done.stderr.strip().splitlines() or ['没有说明原因'])[0][:300]}")


def _named(address: URL) -> str:
    asked = address.difference_update_query(["password"]).query
    plain = URL.create("postgresql", address.username, None, address.host, address.port, address.database, asked)
    return plain.render_as_string(hide_password=False)


def _onto_the_disk(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())

"""Says at the start of a process where machines that work at one store do not have in common what they must.

Each notes in the store by what its keys and folders are recognised: a folder by a file that the first who comes puts there,
a file by a hash. With SQLite there is one machine, and nothing to say.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from huiying.cookie_secret import cookie_secret
from huiying.settings import BadSettings, Settings
from huiying.wiring import Desk
from records.worker_names import kind_of, machine_of
from storage.store import Transaction

ID_FILE = ".huiying-id"
"""By what a folder is recognised from whichever machine it is seen."""

SKEW = timedelta(seconds=5)
"""By how much a machine's clock may differ from the database's."""

FORGOTTEN = timedelta(days=2)
"""A machine on which nothing has begun for so long, and of which nothing lives, is one no more."""

_KEPT = "machines"


@dataclass(frozen=True, slots=True)
class Shared:
    """One thing to have in common: what people call it, the setting, what goes wrong else, and which processes need it."""

    label: str
    setting: str
    else_: str
    kinds: tuple[str, ...]


SHARED: Mapping[str, Shared] = {
    "cookie": Shared(
        "登录凭证密钥", "desk.cookie_secret_file", "换一台值班台要重新登录，提醒里的签收链接打不开", ("desk", "send")
    ),
    "sources": Shared("采集源文件", "crawl.sources_file", "各机器看护、采集的来源不一样", ("desk", "crawl", "clock")),
    "reports": Shared("报告目录", "reports.dir", "在一台机器上报送的文稿，另一台下载不到", ("desk", "crawl")),
    "archive": Shared("归档目录 archive", "data_dir", "在一台机器上归的档，另一台找不到", ("desk",)),
    "templates": Shared("模板目录 templates", "data_dir", "各机器印出的文稿版式不一样", ("desk",)),
    "models": Shared("模型目录 models", "data_dir", "本单位训练的模型只在一台机器上使用", ("judge",)),
    "inbound": Shared("推送密钥目录", "inbound.secrets_dir", "推送到有的值班台会被拒绝", ("desk",)),
}


def differences(desk: Desk, kind: str, here: str | None = None) -> list[str]:
    """Note what a process of that kind has on this machine (`here`); what it does not have in common with others, a Chinese
    line each."""
    if desk.store.engine.dialect.name != "postgresql":
        return []
    here, seen = here or socket.gethostname(), recognised(desk.settings, kind)
    with desk.store.transaction() as t:
        now, own = t.leases.now(desk.clock.now()), desk.clock.now()
        others = _noted(t, here, seen, now)
        living = _judging(t, desk.clock.now() - desk.oversight.silent)
    said = [f"注意：{line}" for line in _skewed(own - now)]
    for name, mark in seen.items():
        differing = sorted(host for host, marks in others.items() if marks.get(name, mark) != mark)
        if differing:
            one = SHARED[name]
            where = "、".join(differing)
            said.append(
                f"注意：{one.label}与机器 {where} 的不同，{one.else_}：请让各机器的 {one.setting} 指向同样的内容"
            )
    if kind == "desk" and desk.settings.search.engine == "embedded" and living and here not in living:
        said.append(
            f"注意：检索索引在运行研判的机器 {'、'.join(sorted(living))} 上，本机搜不到帖文："
            "请在本机也运行一个研判进程，或把 search.engine 设为 elasticsearch"
        )
    return said


def recognised(settings: Settings, kind: str) -> dict[str, str]:
    """By what each thing is recognised that a process of that kind needs, as far as it is there."""
    looks: Mapping[str, Callable[[], str | None]] = {
        "cookie": lambda: _of_secret(settings),
        "sources": lambda: _of_file(settings.sources_file),
        "reports": lambda: _of_folder(settings.reports_dir),
        "archive": lambda: _of_folder(settings.archive_dir),
        "templates": lambda: _of_folder(settings.templates_dir),
        "models": lambda: _of_folder(settings.models_dir),
        "inbound": lambda: _of_folder(settings.push_keys_dir),
    }
    found = {name: look() for name, look in looks.items() if kind in SHARED[name].kinds}
    return {name: mark for name, mark in found.items() if mark is not None}


def _noted(t: Transaction, here: str, seen: Mapping[str, str], now: datetime) -> dict[str, Mapping[str, str]]:
    """What the other machines have noted, now that this one has."""
    t.meta.take_turn(_KEPT)
    kept: dict[str, Any] = t.meta.get(_KEPT) or {}
    before: Mapping[str, str] = kept.get(here, {}).get("marks", {})
    kept[here] = {"at": now.isoformat(), "marks": {**before, **seen}}
    kept = {host: row for host, row in kept.items() if now - datetime.fromisoformat(row["at"]) <= FORGOTTEN}
    t.meta.put(_KEPT, kept)
    return {host: row["marks"] for host, row in kept.items() if host != here}


def _judging(t: Transaction, since: datetime) -> set[str]:
    """The machines on which a judging worker lives."""
    beats = [beat for beat in t.clock.heartbeats() if kind_of(beat.worker) == "judge" and beat.at >= since]
    return {machine_of(beat.worker) for beat in beats}


def _skewed(by: timedelta) -> list[str]:
    if abs(by) <= SKEW:
        return []
    way = "快" if by > timedelta(0) else "慢"
    return [f"本机时间比数据库服务器{way} {abs(by).total_seconds():.0f} 秒：请给各机器校时（NTP）"]


def _of_secret(settings: Settings) -> str | None:
    with suppress(BadSettings):
        # The key is random and long: nobody finds it from this.
        return hashlib.sha256(b"huiying in common" + cookie_secret(settings)).hexdigest()[:16]
    return None


def _of_file(file: Path) -> str | None:
    with suppress(OSError):
        return hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    return None


def _of_folder(folder: Path) -> str | None:
    """What stands in the folder's own file, put there where there is none; None where nobody may."""
    file = folder / ID_FILE
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not file.exists():
            part = folder / f"{ID_FILE}.{os.getpid()}"
            part.write_text(secrets.token_hex(8), encoding="ascii")
            try:
                with suppress(FileExistsError):
                    os.link(part, file)  # whole or not at all, and never over another one
            finally:
                part.unlink()
        return file.read_text(encoding="ascii").strip()
    return None

"""Gets a desk ready to start: directories, schema, keys, the first account, and what would stop it said beforehand."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from crawlers.sources import BadSources, load_sources
from huiying.cookie_secret import cookie_secret
from huiying.move_marker import check_place
from huiying.settings import BadSettings, Settings
from huiying.wiring import Desk
from pipeline import accounts
from pipeline.refusals import Refused
from records.os_errors import reason
from records.people import Person
from records.words import Role
from storage.moving import CannotMove

FIRST_LOGIN = "first-login.txt"


class CannotStart(RuntimeError):
    """Something that must be put right first. The message is Chinese."""


@dataclass(frozen=True, slots=True)
class FirstLogin:
    """A new account and its first password, shown once."""

    person: Person
    password: str


def prepare(desk: Desk, desk_here: bool = True) -> None:
    """Make what the processes need and check what they would stumble over. Raises CannotStart or BadSettings.

    `desk_here` says whether the web desk is to run on this machine.
    """
    settings = desk.settings
    make_folders(settings)
    cookie_secret(settings)
    if desk_here:
        check_port_of_desk(settings)
    _ = desk.channels(), desk.cluster
    desk.check_rules()
    check_sources(settings)
    migrate(desk)


def make_folders(settings: Settings) -> None:
    """Make the folders that processes write into. Raises CannotStart."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        settings.reports_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        settings.logs_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise CannotStart(f"不能写入数据目录 {settings.data_dir}：{reason(error)}") from None


def check_not_moved(settings: Settings) -> None:
    """Raises CannotStart where the record store is half moved to, or has been moved away from."""
    try:
        check_place(settings)
    except CannotMove as fault:
        raise CannotStart(str(fault)) from None


def check_port_of_desk(settings: Settings) -> None:
    """Raises CannotStart where the web desk cannot have its port."""
    check_port(settings.desk.host, settings.desk.port, "设置 desk.port（环境变量 HUIYING_DESK__PORT）")


def migrate(desk: Desk) -> None:
    """Bring the record store to this program's schema. Raises CannotStart."""
    check_not_moved(desk.settings)
    try:
        desk.store.migrate()
    except DBAPIError as error:
        raise CannotStart(
            f"连不上数据库（{type(error.orig).__name__}）：请检查 database.url，并确认数据库已启动"
        ) from None


def check_sources(settings: Settings) -> None:
    """Raises BadSettings where the sources file cannot be used."""
    file = settings.sources_file
    if not file.exists():
        raise BadSettings(
            f"找不到采集源文件 {file}。用 huiying init 目录 可以生成一份，或先看样例：huiying up --sample"
        )
    try:
        load_sources(file)
    except BadSources as error:
        raise BadSettings(str(error)) from None


def check_port(host: str, port: int, where: str) -> None:
    """Raises CannotStart where something else listens there, or nothing may; `where` says what to change."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(
                f"端口 {host}:{port} 用不了（{reason(error)}）：请停下占用它的程序，或改{where}"
            ) from None


def first_admin(desk: Desk, now: datetime) -> list[FirstLogin]:
    """The first administrator, where nobody has an account yet."""
    with desk.store.reading() as t:
        if t.people.all():
            return []
    admin = Person("admin", "系统管理员", Role.ADMIN)
    try:
        return [FirstLogin(admin, accounts.create(desk.store, admin, now))]
    except Refused:
        return []  # another machine has made it meanwhile


def write_first_logins(file: Path, address: str, logins: Sequence[FirstLogin]) -> None:
    """Keep first passwords where only this user can read them; whoever has noted them may delete the file."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(f"回应台 {address} 首次登录。记下后请删除本文件。\n")
        opened.writelines(f"{line}\n" for line in login_lines(logins))


def login_lines(logins: Sequence[FirstLogin]) -> list[str]:
    """One line an account: username, password, role, name."""
    return [
        f"  用户名 {login.person.username:<8} 密码 {login.password}  （{login.person.role.label}，{login.person.name}）"
        for login in logins
    ]

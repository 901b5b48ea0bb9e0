"""Gets a desk ready to start: directories, schema, keys, the first account, and what would stop it said beforehand."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

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
from storage.revisions import knows, newest_schema
from storage.store import LOCK_SECONDS, StoreHeld

FIRST_LOGIN = "first-login.txt"


class CannotStart(RuntimeError):
    """Something that must be put right first. The message is Chinese."""


@dataclass(frozen=True, slots=True)
class FirstLogin:
    """A new account and its first password, shown once."""

    person: Person
    password: str


def prepare(desk: Desk, tell: Callable[[str], None], desk_here: bool = True) -> None:
    """Make what the processes need and check what they would stumble over. Raises CannotStart or BadSettings.

    `desk_here` says whether the web desk is to run on this machine; `tell` hears what an administrator should know.
    """
    settings = desk.settings
    make_folders(settings)
    cookie_secret(settings)
    if desk_here:
        check_port_of_desk(settings)
    _ = desk.channels(), desk.cluster
    desk.check_rules()
    check_sources(settings)
    migrate(desk, tell)


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


def migrate(desk: Desk, tell: Callable[[str], None], lock_seconds: float = LOCK_SECONDS) -> None:
    """Bring the record store to this program's schema; `tell` hears beforehand that one with data changes. Raises CannotStart."""
    check_not_moved(desk.settings)
    try:
        found = desk.store.schema_version()
        if found is not None and not knows(found):
            raise CannotStart(schema_fault(found))
        if found not in (None, newest_schema()):
            tell(
                f"正在把数据库从 {found} 升级到 {newest_schema()}。"
                "升级前请先 huiying backup：要退回原来的版本，只能用升级前的备份恢复"
            )
        desk.store.migrate(lock_seconds)
    except StoreHeld:
        raise CannotStart(
            "数据库正被别的进程占用，没有升级，里面的内容没有改动：请先停下各台机器上所有的 huiying 进程"
            "（包括没有结束的备份和数据库客户端），再运行一次"
        ) from None
    except (OperationalError, InterfaceError) as error:
        raise CannotStart(
            f"连不上数据库（{type(error.orig).__name__}）：请检查 database.url，并确认数据库已启动"
        ) from None
    except DBAPIError as error:
        raise CannotStart(
            f"数据库没有升级成功（{type(error.orig).__name__}），里面的内容没有改动：请检查所用账户有没有建表、改表的权限"
        ) from None


def schema_fault(found: str | None) -> str | None:
    """Why this program cannot work with a database of that schema, and what to do."""
    wanted = newest_schema()
    if found == wanted:
        return None
    if found is None:
        return "数据库里还没有表：请先运行 huiying prepare（或 huiying up）"
    if knows(found):
        return f"数据库的结构是 {found}，本程序要 {wanted}：请先备份，再运行 huiying prepare 升级"
    return f"数据库的结构是 {found}，比本程序（{wanted}）新：请换用升级后的程序"


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

"""`huiying up`: starts the whole desk and keeps it running until Ctrl-C."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Sequence
from pathlib import Path

import click
from pydantic import ValidationError

from huiying.alive import answers
from huiying.awaiting import to_stderr
from huiying.chinese import ChineseCommand
from huiying.cli import BadInput, Failed, Invocation
from huiying.clock import SystemClock, steady_seconds
from huiying.in_common import differences
from huiying.locking import AlreadyRunning, held
from huiying.logs import facts, start_logging
from huiying.overseer import oversee
from huiying.sampling import Town, check_town, load_town, sample_settings
from huiying.settings import FILE_VARIABLE, PREFIX, BadSettings, Settings, Workers
from huiying.starting import (
    FIRST_LOGIN,
    CannotStart,
    FirstLogin,
    first_admin,
    login_lines,
    prepare,
    write_first_logins,
)
from huiying.supervise import Program, Supervisor
from huiying.wiring import Desk
from records.os_errors import reason

LEFTOVERS_SECONDS = 10.0
READY_SECONDS = 90.0
OVERSEER_SECONDS = 5.0


@click.command(cls=ChineseCommand, help="启动回应台：采集、研判、计时、提醒和网页一起运行，按 Ctrl-C 全部停下。")
@click.option("--sample", is_flag=True, help="用自带的样例小镇启动，数据放在 var/sample")
@click.option(
    "--town-port",
    type=click.IntRange(1024, 65000),
    default=8600,
    metavar="端口",
    help="样例小镇的第一个端口（默认 8600）",
)
@click.option(
    "--town-minutes",
    type=click.FloatRange(0.1, 1440),
    default=4.0,
    metavar="分钟",
    help="样例的事情在几分钟内展开（默认 4）",
)
@click.option(
    "--town-texts",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="目录",
    help="让样例小镇用另一套文字（格式见 samples/town/texts）",
)
@click.option(
    "--workers",
    "counts",
    metavar="种类=个数,…",
    help="这台机器上各种进程的个数，如 judge=2,crawl=2；没有写的按设置 workers（种类：clock、send、judge、crawl、desk）",
)
@click.pass_obj
def command(
    invocation: Invocation,
    sample: bool,
    town_port: int,
    town_minutes: float,
    town_texts: Path | None,
    counts: str | None,
) -> int:
    """Start, look after, stop."""
    try:
        if not sample:
            settings, file, town = invocation.settings(), invocation.file_in_force(), None
        else:
            if invocation.settings_file is not None:
                raise BadInput("--sample 用自带的设置，不能同时指定 --settings")
            settings, file = sample_settings(invocation.environment, town_port)
            town = Town(town_port, town_minutes, settings.data_dir / "town", town_texts)
        settings = settings.model_copy(update={"workers": counted(settings.workers, counts)})
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        with held(settings.data_dir / "up.lock"):
            return _up(settings, file, town, invocation.environment)
    except BadSettings as error:
        raise BadInput(str(error)) from None
    except (AlreadyRunning, CannotStart) as error:
        raise Failed(str(error)) from None
    except OSError as error:
        raise Failed(f"不能启动：{reason(error)}（{error.filename}）") from None


def counted(workers: Workers, counts: str | None) -> Workers:
    """How many of each, those that `counts` names (`judge=2,crawl=2`) changed. Raises BadInput."""
    asked: dict[str, int] = {}
    for one in (counts or "").replace("，", ",").split(",") if counts else ():
        kind, equals, number = (part.strip() for part in one.partition("="))
        if not equals or kind not in Workers.model_fields or not number.isascii() or not number.isdigit():
            known = "、".join(Workers.model_fields)
            raise BadInput(f"--workers 里的“{one.strip()}”看不懂：要写 种类=个数，种类有 {known}，如 judge=2,crawl=2")
        asked[kind] = int(number)
    try:
        return Workers(**{**workers.model_dump(), **asked})
    except ValidationError as error:
        first = error.errors()[0]
        where = f"{first['loc'][0]} " if first["loc"] else ""
        most = 1 if first["loc"] == ("desk",) else 32
        raise BadInput(f"--workers：{where}只能是 0 到 {most}，而且不能都是 0") from None


def _up(settings: Settings, file: Path | None, town: Town | None, environment: dict[str, str]) -> int:
    os.umask(0o077)  # what the desk writes is for its own user only, and so for every child
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    log = start_logging(settings, "up")
    leftovers = (
        settings.data_dir / "children.lock"
    )  # held by every child: free when the last of an earlier start has gone
    with held(leftovers, LEFTOVERS_SECONDS):
        logins = _set_up(settings, town)
    with held(leftovers, shared=True) as inherited:
        supervisor = Supervisor(
            programs(settings.workers, town),
            _environment(environment, file, settings),
            settings.logs_dir,
            lambda name, code, wait: log.warning("child_ended", extra=facts(child=name, code=code, again_in=wait)),
            descriptors=[inherited],
        )
        log.info("starting")
        supervisor.start()
        watch = threading.Thread(target=_announce, args=(settings, logins, supervisor, stop), daemon=True)
        watch.start()
        overseer = threading.Thread(
            target=oversee, args=(lambda: Desk(settings, SystemClock()), stop), daemon=True, name="overseer"
        )
        overseer.start()
        supervisor.run(stop)
        watch.join()
        overseer.join(OVERSEER_SECONDS)
    log.info("stopped")
    click.echo("已全部停下")
    return 0


def _set_up(settings: Settings, town: Town | None) -> list[FirstLogin]:
    """What must be there before the processes start; the accounts that are new, the administrator's first."""
    desk = Desk(settings, SystemClock())
    try:
        now = desk.clock.now()
        if town is not None:
            check_town(town, settings)
            town.write("sources", settings.sources_file)
        prepare(desk, to_stderr, desk_here=settings.workers.desk > 0)
        logins = first_admin(desk, now)
        kinds = [kind for kind, many in settings.workers.model_dump().items() if many]
        for line in dict.fromkeys(line for kind in kinds for line in differences(desk, kind)):
            to_stderr(line)
        if town is not None:
            logins += load_town(desk, town, now)
    finally:
        desk.close()
    if logins:
        write_first_logins(settings.data_dir / FIRST_LOGIN, settings.public_url, logins)
    return logins


def programs(counts: Workers, town: Town | None) -> list[Program]:
    workers = [
        Program(kind if number == 1 else f"{kind}-{number}", "huiying.workers", (kind,))
        for kind, many in counts.model_dump(exclude={"desk"}).items()
        for number in range(1, many + 1)
    ]
    desk = [Program("desk", "dashboard")] * counts.desk
    return [*([] if town is None else [town.program()]), *workers, *desk]


def _environment(environment: dict[str, str], file: Path | None, settings: Settings) -> dict[str, str]:
    child = dict(environment)
    if file is not None:
        child[FILE_VARIABLE] = str(file)
    if f"{PREFIX}DATA_DIR" in child:
        child[f"{PREFIX}DATA_DIR"] = str(settings.data_dir)
    child["PYTHONUNBUFFERED"] = "1"
    return child


def _announce(settings: Settings, logins: Sequence[FirstLogin], supervisor: Supervisor, stop: threading.Event) -> None:
    """Say that the desk is ready, or what keeps it from being so."""
    if not settings.workers.desk:
        click.echo("各进程已启动，这台机器上没有网页值班台；按 Ctrl-C 停下")
        return
    end = steady_seconds() + READY_SECONDS
    while not answers(settings):
        if stop.wait(0.2):
            return
        if supervisor.ends("desk") >= 3 or steady_seconds() > end:
            click.echo(
                f"网页还没有启动成功，请看 {os.path.relpath(settings.logs_dir / 'desk.out')}；仍在重试", err=True
            )
            return
    name = "回应台（样例小镇）" if settings.sample else "回应台"
    click.echo(f"{name}已启动：{settings.public_url}")
    shown = os.path.relpath(settings.data_dir / FIRST_LOGIN)
    if logins:
        click.echo("首次登录（密码只显示这一次）：")
        for line in login_lines(logins):
            click.echo(line)
        click.echo(f"也记在 {shown}（只有本机当前用户可读），记下后请删除")
    elif (settings.data_dir / FIRST_LOGIN).exists():
        click.echo(f"首次登录的密码在 {shown}，记下后请删除")
    click.echo("按 Ctrl-C 停下")

"""`python -m samples.town`: serves the sample town, or writes what a desk needs to read it."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from samples.town import BANNER
from samples.town.clock import wall_time
from samples.town.epoch import DamagedState, epoch, records_dated
from samples.town.moment import Pace
from samples.town.reading import TEXTS, BadTexts, Texts, read_texts
from samples.town.records import disclosures, write_disclosures
from samples.town.server import LOOPBACK, Town, ports_from
from samples.town.sources import sources_text


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code: 2 for texts or a state folder that cannot be read, 3 for a taken port."""
    asked = _parser().parse_args(arguments)
    try:
        texts = read_texts(asked.texts)
        if asked.write_disclosures or asked.write_sources:
            _write(asked, texts)
            return 0
        return _serve(asked, texts)
    except (BadTexts, DamagedState) as error:
        print(f"示例小城不能启动：{error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m samples.town", description=f"示例小城。{BANNER}")
    parser.add_argument("--port", type=int, default=8600, help="第一个端口；四个站点依次占用四个端口（默认 8600）")
    parser.add_argument("--state", type=Path, required=True, help="状态文件夹：记住小城从何时开始，重启后接着走")
    parser.add_argument("--texts", type=Path, default=TEXTS, help="文本文件夹（默认用自带的）")
    parser.add_argument("--minutes", type=float, default=4.0, help="全部事情在几分钟内展开（默认 4）")
    parser.add_argument("--die-with-parent", action="store_true", help="标准输入一关闭就退出")
    parser.add_argument("--write-disclosures", type=Path, metavar="文件", help="写出公开事项（JSON Lines）后退出")
    parser.add_argument("--write-sources", type=Path, metavar="文件", help="写出采集来源（YAML）后退出")
    return parser


def _write(asked: argparse.Namespace, texts: Texts) -> None:
    ports = ports_from(asked.port)
    if asked.write_disclosures:
        dated = records_dated(asked.state, wall_time())
        rows = disclosures(dated, f"http://{LOOPBACK}:{ports['official']}", texts.records)
        write_disclosures(asked.write_disclosures, rows)
    if asked.write_sources:
        asked.write_sources.write_text(sources_text(ports), encoding="utf-8")


def _serve(asked: argparse.Namespace, texts: Texts) -> int:
    began = epoch(asked.state, wall_time())
    dated = records_dated(asked.state, began)
    town = Town(texts, Pace.over(asked.minutes, texts, began), dated, ports_from(asked.port), wall_time)
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    try:
        town.start()
    except OSError as error:
        print(f"示例小城不能启动：端口 {asked.port}–{asked.port + 3} 有被占用的（{error.strerror}）", file=sys.stderr)
        return 3
    if asked.die_with_parent:
        threading.Thread(target=_wait_for_parent, args=(done,), daemon=True).start()
    for site, port in town.ports.items():
        print(f"{texts.names[site]} http://{LOOPBACK}:{port}/", flush=True)
    done.wait()
    town.stop()
    return 0


def _wait_for_parent(done: threading.Event) -> None:
    """The parent holds the other end of standard input; its end is the parent's end."""
    while sys.stdin.buffer.read(1):
        pass
    done.set()


if __name__ == "__main__":
    sys.exit(main())

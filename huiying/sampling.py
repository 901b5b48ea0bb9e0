"""Sets up a desk that reads the sample town: its settings, sources, records and people. Only the launcher knows it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from huiying.settings import PREFIX, BadSettings, Settings, load
from huiying.starting import CannotStart, FirstLogin, check_port
from huiying.supervise import Program
from huiying.wiring import Desk
from pipeline import accounts
from records.alerts import OFFICE
from records.disclosures import disclosure_from
from records.os_errors import reason
from records.people import Contact, Person
from records.shipped_files import content_of
from records.words import Role

FOLDER = Path("var/sample")
SETTINGS_FILE = "huiying.yaml"
SITES = 4
LOOPBACK = "127.0.0.1"
OFFICE_BY = "样例小镇"


@dataclass(frozen=True, slots=True)
class Town:
    """The sample town: its first port, how many minutes its events take, where its state lies, other texts than its own."""

    first_port: int
    minutes: float
    state: Path
    texts: Path | None = None

    @property
    def ports(self) -> list[int]:
        """The ports of its sites."""
        return [self.first_port + offset for offset in range(SITES)]

    def program(self) -> Program:
        """The town as a program to keep running."""
        wanted = [*self._options(), "--minutes", str(self.minutes)]
        return Program("town", "samples.town", tuple(wanted))

    def write(self, what: str, file: Path) -> None:
        """Let the town write its `sources` or its `disclosures`. Raises CannotStart."""
        asked = [*self._options(), f"--write-{what}", str(file)]
        done = subprocess.run(
            [sys.executable, "-m", "samples.town", *asked], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise CannotStart(f"样例小镇没有写出 {file.name}：{done.stderr.strip() or done.returncode}")

    def _options(self) -> list[str]:
        texts = [] if self.texts is None else ["--texts", str(self.texts.absolute())]
        return ["--port", str(self.first_port), "--state", str(self.state), *texts]


def sample_settings(environment: Mapping[str, str], town_port: int) -> tuple[Settings, Path]:
    """Write the settings of the sample desk into its data directory; the settings in force and their file.

    Environment variables still override them. Raises BadSettings.
    """
    folder = Path(environment.get(f"{PREFIX}DATA_DIR") or FOLDER).absolute()
    written = {
        "organisation": _units()["organisation"],
        "data_dir": ".",
        "crawl": {
            "sources_file": "sources.yaml",
            "allow_private_hosts": [f"{LOOPBACK}:{town_port + offset}" for offset in range(SITES)],
        },
        "sample": True,
    }
    file = folder / SETTINGS_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        text = yaml.safe_dump(written, allow_unicode=True, sort_keys=False)
        file.write_text(f"# 样例小镇的设置，每次 huiying up --sample 时重写。\n{text}", encoding="utf-8")
    except OSError as error:
        raise BadSettings(f"不能写入样例目录 {folder}：{reason(error)}") from None
    return load(file, environment), file


def check_town(town: Town, settings: Settings) -> None:
    """Raises CannotStart where one of the town's ports is taken, or is the desk's own."""
    if settings.desk.port in town.ports:
        raise CannotStart(
            f"端口 {settings.desk.port} 既是值班台的，又在样例小镇的 {town.ports[0]}–{town.ports[-1]} 里：请改一个"
        )
    for port in town.ports:
        check_port(LOOPBACK, port, "选项 --town-port")


def load_town(desk: Desk, town: Town, now: datetime) -> list[FirstLogin]:
    """Give the desk the town's sources, records, contacts and people; the accounts that are new."""
    town.write("sources", desk.settings.sources_file)
    file = desk.settings.data_dir / "disclosures.jsonl"
    town.write("disclosures", file)
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    with desk.store.transaction() as t:
        for record in map(disclosure_from, rows):
            if t.disclosures.get(record.id) is None:
                t.disclosures.add(record, now, OFFICE_BY)
    units = _units()
    _set_contacts(desk, units)
    return [login for row in units["people"] if (login := _add_person(desk, row, now)) is not None]


def _set_contacts(desk: Desk, units: Mapping[str, Any]) -> None:
    if "email" not in desk.channels():
        return
    people = [(OFFICE, units["office"]), *((unit["name"], unit) for unit in units["units"])]
    with desk.store.transaction() as t:
        for recipient, row in people:
            if not t.people.contacts_of(recipient):
                t.people.set_contacts(recipient, [Contact(recipient, "email", row["email"], row["contact"])])


def _add_person(desk: Desk, row: Mapping[str, Any], now: datetime) -> FirstLogin | None:
    person = Person(row["username"], row["name"], Role(row["role"]), row["unit"])
    with desk.store.reading() as t:
        if t.people.get(person.username) is not None:
            return None
    return FirstLogin(person, accounts.create(desk.store, person, now, must_change=False))


def _units() -> dict[str, Any]:
    # Beside the town's texts: found by path, because only `python -m samples.town` may import the town.
    file = Path(__file__).parents[1] / "samples" / "town" / "units.yaml"
    units: dict[str, Any] = content_of(file)
    return units

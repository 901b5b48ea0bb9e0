"""Abuse of what the desk does by itself: where it reads and sends, its log of acts, and its attention."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import yaml

from alerts import posting
from alerts.desk_message import CONTACT_TEST, alert_about_desk
from benchmarks import ssrf
from benchmarks._abuse_scene import RECORD, SOURCE, UNIT, Scene
from pipeline import contacts
from pipeline.acts import Actor
from pipeline.notify import queue, stored_contacts
from pipeline.refusals import Refused
from pipeline.source_acts import Change, save_source
from records.actions import Act
from records.alerts import OFFICE
from records.people import Contact

FAKE, QUICK_FAKE, PUSHED_AT_ONCE = 10_000, 2_000, 500
MOST_ALERTS = 8
"""What a flood may cost the office and the unit: an incident is opened and raised to the highest severity, once each."""
OTHERS = 60

_TAMPERED = {
    "edited": "UPDATE audit SET actor = '别人' WHERE seq = 2",
    "removed": "DELETE FROM audit WHERE seq = 2",
    "cut off": "DELETE FROM audit WHERE seq >= (SELECT max(seq) FROM audit)",
}


def a_source_inside(scene: Scene) -> Iterator[str]:
    """13: an address that leads inside is refused when the source is saved, in every spelling."""
    person = scene.person("admin")
    deps = scene.desk.managing()
    if scene.mutant:
        deps = replace(deps, inner=lambda *_: None)
    for name, host in ssrf.SPELLINGS.items():
        if host == ssrf.INNER_NAME:
            continue  # A name that nobody resolves here.
        row = {
            "id": name.replace("_", "-"),
            "name": name,
            "kind": "feed",
            "channel": "news",
            "url": f"http://{host}:{scene.inner.port}/",
        }
        try:
            save_source(deps, row, Change(Actor(person.name, person.role, person.unit), scene.now))
            yield f"{name} was saved"
        except Refused:
            pass


def a_name_that_turns_inside(scene: Scene) -> Iterator[str]:
    """14: a name that resolves to the outside first and inside later reaches nothing when it is crawled."""
    found = ssrf.measured(scene.mutant)
    if found["changing"] < ssrf.CHANGES:
        yield "the names that change were not read at all"
    if found["inner_hits"] or found["inner_read"] or found["proxied"]:
        yield f"{found['inner_hits']} hits on the inner server"


def a_receiver_inside(scene: Scene) -> Iterator[str]:
    """17: a receiver of alerts on an inner host gets nothing, and the office sees why."""
    before = len(scene.inner.heads)
    contact = Contact(UNIT, "webhook", "inner")
    request = f"try {scene.now.isoformat()}"
    channels = scene.desk.channels().keys()
    contacts.try_contact(scene.desk.store, contact, scene.now, channels, scene.person("admin"), request)
    with scene.without(posting, "is_public", lambda _: True):
        scene.desk.sender("bench").send_due(scene.now)
    if len(scene.inner.heads) != before:
        yield f"{len(scene.inner.heads) - before} hits on the inner server"
    with scene.desk.store.reading() as t:
        errors = [state.error for state in t.alerts.channel_states() if state.channel == contact.channel]
    if not any("内网" in (error or "") for error in errors):
        yield f"the page does not say why: {errors}"


def a_tampered_log(scene: Scene) -> Iterator[str]:
    """19: `huiying audit verify` names the row, with the head that is kept outside also one that was cut off."""
    head = scene.program("audit", "head").stdout.strip()
    mutant = "from storage.audit import Audit; Audit.verify = lambda *_: None" if scene.mutant else "pass"
    for what, statement in _TAMPERED.items():
        folder = scene.folder / what.replace(" ", "-")
        folder.mkdir()
        row = _tampered(scene.desk.settings.data_dir / "huiying.db", folder, statement)
        written = yaml.safe_load(scene.settings.read_text(encoding="utf-8"))
        settings = folder / "huiying.yaml"
        settings.write_text(yaml.safe_dump({**written, "data_dir": str(folder)}, allow_unicode=True), encoding="utf-8")
        told = replace(scene, settings=settings).program("audit", "verify", "--head", head, before=mutant)
        if told.returncode != 1 or f"第 {row} 行" not in told.stderr:
            yield f"{what}: row {row} is not named: {(told.stderr or told.stdout).strip()[:80]}"


def _tampered(database: Path, folder: Path, statement: str) -> int:
    """A copy of the database in which that was done; the first row that is wrong."""
    with sqlite3.connect(database) as source, sqlite3.connect(folder / "huiying.db") as copy:
        source.backup(copy)
    last = int(copy.execute("SELECT max(seq) FROM audit").fetchone()[0])
    # The database itself refuses changes of the log; whoever can write to its file can take that away.
    for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        copy.execute(f"DROP TRIGGER {name}")
    copy.execute(statement)
    copy.commit()
    copy.close()
    return last if ">=" in statement else 2


def a_flood(scene: Scene) -> Iterator[str]:
    """20: of ten thousand invented posts only so many come in, they cost a handful of alerts, and a clock keeps its budget."""
    incident = scene.act(Act.CONFIRM, "duty", title="真的急事", unit=UNIT, reason="来电反映")
    with scene.desk.store.reading() as t:
        before = t.sources.new_posts_since(SOURCE, scene.now - timedelta(hours=1))
        told_before = len(t.alerts.newest(100_000))
    most = scene.desk.settings.inbound.max_posts_an_hour
    refused = 0
    for part in range((QUICK_FAKE if scene.quick else FAKE) // PUSHED_AT_ONCE):
        rows = scene.posts(*(f"第{part}批第{number}个人说停暖了" for number in range(PUSHED_AT_ONCE)))
        refused += scene.push(rows).status_code == 429
    with scene.desk.store.reading() as t:
        came_in = t.sources.new_posts_since(SOURCE, scene.now - timedelta(hours=1))
    if came_in > most or not refused:
        yield f"{came_in} posts of one source came in within an hour, {before} of them before"
    scene.judge()
    with scene.desk.store.reading() as t:
        cost = len(t.alerts.newest(100_000)) - told_before
        raised = t.incidents.newest_ongoing(RECORD)
    if cost > MOST_ALERTS or raised is None:
        yield f"the flood cost {cost} alerts"
    yield from _crowded(scene, incident)


def _crowded(scene: Scene, incident: str) -> Iterator[str]:
    """A running clock speaks up while a channel is full of other messages."""
    facts = {"by": "基准", "recipient": "区委办公室"}
    with scene.desk.store.transaction() as t:
        others = [
            alert_about_desk(CONTACT_TEST, OFFICE, scene.now, f"other {number}", facts) for number in range(OTHERS)
        ]
        queue(t, others, stored_contacts)
    # Past the time for which others wait for company, and in a minute of its own.
    later = scene.now + timedelta(minutes=10)
    sender = scene.desk.sender("bench")
    sender.send_due(later)
    before = len(scene.vendor.taken)
    scene.act(Act.START_PLAN, "duty", incident=incident, reason="影响扩大")
    sender.send_due(later + timedelta(seconds=1))
    if not any("预案" in body.decode() for body in scene.vendor.taken[before:]):
        yield "the clock's alert had to wait behind others"

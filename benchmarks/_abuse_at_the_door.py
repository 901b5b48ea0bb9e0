"""Abuse of the door: without a sign-in, with a forged one, by guessing, by those who may only read or were removed."""

from __future__ import annotations

import socket
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import httpx
import yaml

from benchmarks._abuse_scene import PASSWORD, RECORD, SOURCE, UNIT, Scene, free_port, served
from benchmarks._visitor import TurnedAway, Visitor
from dashboard.cookies import SESSION
from dashboard.navigation import ADDRESSES
from pipeline import accounts, acts, correcting, merging, regrouping, relinking, splitting
from pipeline.acts import Actor
from pipeline.meant import Meant
from pipeline.merging import Into
from pipeline.notify import stored_contacts
from pipeline.refusals import Refused
from pipeline.regrouping import MERGE, RELINK, SPLIT, Regrouping
from pipeline.relinking import Link
from pipeline.splitting import Part
from records.actions import Act
from records.people import Contact, Person
from records.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER
from records.words import Role
from storage.people import People

IDENTITIES = ("X-Forwarded-User", "X-Remote-User", "Remote-User", "X-Auth-Request-Email", "X-Streamlit-User")
TRIES, QUICK_TRIES = 100, 8
_OTHER_PATHS = ("/reports/a.docx", "/media/a.png", "/_stcore/host-config", "/password", "/no-such-page")


def without_sign_in(scene: Scene) -> Iterator[str]:
    """1: nothing is shown, and no query is run."""
    with Visitor(scene.base) as stranger:
        stranger.http.cookies.set(SESSION, "forged.0123")
        before = scene.queries
        for path in (*ADDRESSES, *_OTHER_PATHS):
            status = stranger.http.get(path).status_code
            if status not in (303, 401):
                yield f"{path} answers {status}"
        try:
            stranger.open()
            yield "the websocket speaks"
        except TurnedAway:
            pass
        if scene.queries != before:
            yield f"{scene.queries - before} queries were run"


def a_reader_writes(scene: Scene) -> Iterator[str]:
    """2: refused in the service layer whatever the page sends, and audited."""
    incident = scene.act(Act.CONFIRM, "duty", title="小区停水", unit=UNIT, reason="来电反映")
    pressed = scene.visitor("duty").open("incident", f"id={incident}").button("签收")
    scene.visitor("reader").open("incident", f"id={incident}")
    scene.visitor("reader").again(pressed)
    with scene.desk.store.reading() as t:
        found = t.incidents.get(incident)
        before = t.audit.count()
    if pressed is None or found is None or found.acknowledged_at is not None:
        yield "a forged button was pressed"
    tries = {**_acts(scene, incident), **_regroupings(scene, incident)}
    done = [what for what, attempted in tries.items() if not _refused(scene, attempted)]
    if done:
        yield f"done by a reader: {', '.join(done)}"
    with scene.desk.store.reading() as t:
        audited = [entry for entry in t.audit.newest(2 * len(tries)) if entry.seq > before and not entry.allowed]
    if len(audited) != len(tries):
        yield f"{len(audited)} of {len(tries)} tries are audited"


def _acts(scene: Scene, incident: str) -> dict[str, Callable[[], object]]:
    arguments = {"incident": incident, "reason": "试试", "text": "已处理", "unit": UNIT, "kind": "initial"}
    return {what.value: partial(scene.act, what, "reader", **arguments) for what in Act}


def _regroupings(scene: Scene, incident: str) -> dict[str, Callable[[], object]]:
    """Each would stand, but for who asks: the incident beside another of whose posts one may go."""
    scene.push(scene.posts(*(f"停暖第{number}天没人管" for number in range(4))))
    scene.judge()
    with scene.desk.store.reading() as t:
        gathered = t.incidents.newest_ongoing(RECORD)
        assert gathered is not None
        post = t.incidents.members(gathered.id)[0].post_id
    person = scene.person("reader")
    actor, store = Actor(person.name, person.role, person.unit), scene.desk.store
    how = Regrouping(scene.desk.below_own_figures, stored_contacts)
    own, other = Meant(incident, actor, scene.now), Meant(gathered.id, actor, scene.now)
    return {
        SPLIT: partial(splitting.split, store, other, Part([post], None, "试试", "另一件事"), how),
        MERGE: partial(merging.merge, store, own, Into(gathered.id, "试试"), how),
        RELINK: partial(relinking.relink, store, other, Link(None, "试试", "另一件事"), how),
    }


def _refused(scene: Scene, attempted: Callable[[], object]) -> bool:
    with ExitStack() as guards:
        for guarded in (acts, regrouping, correcting):
            guards.enter_context(scene.without(guarded, "allowed", lambda *_, **__: True))
        try:
            attempted()
        except Refused:
            return True
        return False


def a_forged_identity(scene: Scene) -> Iterator[str]:
    """3: the port is open on the loopback alone, and headers that name somebody are ignored."""
    port = httpx.URL(scene.base).port
    # The loopback has more addresses than the one that is listened on: a port that is open to all answers on every one.
    with socket.socket() as probe:
        probe.settimeout(5)
        if probe.connect_ex(("127.0.0.2", port or 0)) == 0:
            yield "the port is open on other addresses"
    for header in (*IDENTITIES, "Authorization"):
        with Visitor(scene.base) as stranger:
            status = stranger.http.get("/", headers={header: "admin"}).status_code
            if status != 303:
                yield f"{header} opens the desk: {status}"


def a_weak_key(scene: Scene) -> Iterator[str]:
    """4: without a key of its own for cookies, or with a short one, the desk refuses to start."""
    (scene.folder / "weak.key").write_text("short\n", encoding="ascii")
    for name in ("weak.key", "missing.key"):
        written = yaml.safe_load(scene.settings.read_text(encoding="utf-8"))
        written["desk"] |= {"cookie_secret_file": name, "port": free_port()}
        written["data_dir"] = "elsewhere"
        settings = scene.folder / f"{name}.yaml"
        settings.write_text(yaml.safe_dump(written, allow_unicode=True), encoding="utf-8")
        with served(settings, scene.folder / f"{name}.marks", scene.mutant) as process:
            try:
                status = process.wait(20 if scene.mutant else 180)
            except subprocess.TimeoutExpired:
                yield f"{name}: the desk runs"
                continue
        if status != 2:
            yield f"{name}: ended with {status}"


def a_removed_person(scene: Scene) -> Iterator[str]:
    """5: somebody whose account is closed while a page is open is refused the next act."""
    incident = scene.act(Act.CONFIRM, "duty", title="小区停气", unit=UNIT, reason="来电反映")
    visitor = scene.visitor("leaver")
    pressed = visitor.open("incident", f"id={incident}").button("签收")
    with scene.without(People, "end_sessions_of", lambda *_, **__: None):
        accounts.disable(scene.desk.store, "leaver", scene.now, scene.person("admin"))
    visitor.again(pressed)
    with scene.desk.store.reading() as t:
        found = t.incidents.get(incident)
    if pressed is None or found is None or found.acknowledged_at is not None:
        yield "the act was done"
    if visitor.http.get("/").status_code != 303:
        yield "the desk still opens"


def many_passwords(scene: Scene) -> Iterator[str]:
    """6: the account is locked, and the office is told once."""
    with Visitor(scene.base) as guesser:
        for number in range(QUICK_TRIES if scene.quick else TRIES):
            if guesser.sign_in("target", f"guess-{number}").status_code != 401:
                yield f"guess {number} was let in"
        if guesser.sign_in("target", PASSWORD).status_code != 401:
            yield "the account is not locked"
    with scene.desk.store.reading() as t:
        told = sum(alert.kind == "account_locked" for alert in t.alerts.newest(1000))
    if told != 1:
        yield f"the office was told {told} times"


def a_push_without_proof(scene: Scene) -> Iterator[str]:
    """15: unsigned, signed by another, old or replayed: 401, and nothing is stored."""
    rows = scene.posts("冒名推送的帖文")
    late = str(int(scene.now.timestamp()) - 600)
    for what, headers in (
        ("unsigned", {SIGNATURE_HEADER: ""}),
        ("signed by another", {SIGNATURE_HEADER: f"sha256={'0' * 64}"}),
        ("old", {TIMESTAMP_HEADER: late}),
    ):
        status = scene.push(rows, **headers).status_code
        if status != 401:
            yield f"{what}: {status}"
    with scene.desk.store.reading() as t:
        if any("冒名推送" in post.text for post in t.posts.newest(100)):
            yield "it was stored"
    yield from _replayed(scene)


def _replayed(scene: Scene) -> Iterator[str]:
    """The very same request, heard on the way and sent again."""
    first = scene.push(scene.posts("真的推送"))
    again = httpx.post(
        f"{scene.base}/inbound/{SOURCE}",
        content=first.request.content,
        headers={name: first.request.headers[name] for name in (TIMESTAMP_HEADER, SIGNATURE_HEADER)},
        trust_env=False,
    )
    if (first.status_code, again.status_code) != (200, 401):
        yield f"replayed: {first.status_code}, then {again.status_code}"


def secrets_written_down(scene: Scene) -> Iterator[str]:
    """16: in no log, no error, no backup and no table stands a secret; the store keeps names alone."""
    _fail_to_send(scene)
    backup = scene.folder / "desk.huiying"
    if scene.program("backup", str(backup)).returncode != 0:
        yield "no backup was made"
    tokens = {
        f"session of {name}": cookie
        for name, visitor in scene.visitors.items()
        if (cookie := visitor.http.cookies.get(SESSION))
    }
    looked_for = {**scene.secrets, "password": PASSWORD, **tokens}
    for place, content in _written_down(scene, backup):
        for name, secret in looked_for.items():
            if secret.partition(".")[0].encode() in content:
                yield f"{name} in {place}"


def _fail_to_send(scene: Scene) -> None:
    """An error of every channel that has a secret."""
    contact = Contact("教育局", "email", "wang@example.cn")
    with scene.desk.store.transaction() as t:
        t.people.set_contacts("教育局", [contact])
    scene.act(Act.CONFIRM, "duty", title="校车停运", unit="教育局", reason="来电反映")
    scene.desk.sender("bench").send_due(scene.now)
    accounts.create(scene.desk.store, Person("newcomer", "新人己", Role.DUTY), scene.now, scene.person("admin"))


def _written_down(scene: Scene, backup: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(backup) as packed:
        for member in packed.getmembers():
            file = packed.extractfile(member)
            yield f"backup: {member.name}", b"" if file is None else file.read()
    logs = scene.desk.settings.logs_dir
    database = scene.desk.settings.data_dir.glob("*.db*")
    for file_there in (*logs.glob("*"), *database, scene.folder / "output"):
        yield file_there.name, file_there.read_bytes()

"""Puts everything about one record, or one incident, away as an archive package, and checks packages against what was put away.

第三十四至三十七条. The file is on the disk before its row can commit; what has no row was never put away.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from glob import escape
from pathlib import Path

from sqlalchemy import ColumnElement, select

from casework.disclosures.archive import Package, Packed, faults, pack, sha256
from casework.disclosures.archive_handling import Handled
from casework.disclosures.archive_pieces import (
    IncidentFile,
    Material,
    ProposalCourse,
    ReactionCount,
    RecordVersion,
    Wording,
    pieces_of,
    remarks_on,
)
from casework.disclosures.archive_text import name_of
from casework.disclosures.procedure import End
from pipeline import proposing
from pipeline.acts import Actor
from pipeline.attempts import attempting, done_before, note_done
from pipeline.catalogue_view import items_of_record
from pipeline.evaluating import owed, require_evaluated, signed_files
from pipeline.proposal_reading import may_see
from pipeline.proposing import Proposal
from pipeline.refusals import Refused
from pipeline.reporting import deeds_of
from records.answers import AnswerKind
from records.archives import ArchivePackage
from records.disclosures import Disclosure
from records.incidents import Incident
from records.naming import office_name
from records.os_errors import reason
from records.suggestions import Suggestion, SuggestionEntry
from records.words import Category, Channel, Sentiment
from records.zone import CHINA
from regulation.archive_contents import archive_contents
from regulation.permissions import allowed, concerns, may_read_record
from storage import tables
from storage.report_files import write_whole
from storage.store import Store, Transaction
from storage.suggestions import Wanted

ARCHIVE, ARCHIVE_INCIDENT, READ = "archive_record", "archive_incident", "read_archive"
"""The acts as permissions.yaml and the audit name them."""

_MOST = 100_000
"""More suggestions on one record are not looked for."""
_LONGEST_NAME = 120
_INCIDENT = "事件~"
"""Begins the name of an incident's package; no record's does, since one with ~ in it gets a hash."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where packages and reports lie, and how what is stored is put into words."""

    folder: Path
    reports_dir: Path
    wording: Wording


@dataclass(frozen=True, slots=True)
class Checked:
    """One file that was looked at: the package that it should be, None where none was put away, and what is wrong with it."""

    name: str
    package: ArchivePackage | None
    faults: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What is stored about a record or an `incident`, as it was at one moment."""

    record: Disclosure | None
    proposals: Sequence[Proposal]
    material: Material
    head: str | None
    incident: Incident | None = None

    @property
    def title(self) -> str:
        if self.incident is not None:
            return self.incident.title
        if self.record is not None:
            return self.record.title
        form = self.proposals[0].standing.form
        return self.proposals[0].kept.id if form is None else form.title

    @property
    def unit(self) -> str:
        if self.incident is not None:
            return self.incident.unit or office_name()
        return self.proposals[0].kept.unit if self.record is None else self.record.unit

    @property
    def year(self) -> int:
        if self.incident is not None:
            at = self.incident.opened_at
        else:
            at = self.proposals[0].kept.begun_at if self.record is None else self.record.published_at
        return at.astimezone(CHINA).year


def archive(
    store: Store, record_id: str, actor: Actor, at: datetime, shelf: Shelf, request: str | None = None
) -> ArchivePackage:
    """Put the record's next package away; earlier ones stay. Raises Refused, also where the disk does not take it.

    A proposal that ended without being disclosed is put away by its own id. The same `request` again changes nothing.
    """
    with store.reading() as t:
        gathered = _gather(t, record_id, shelf)
    missing = f"没有编号为“{record_id[:60]}”的公开事项，也没有以此编号办结的不予公开事项"
    return _put_away(store, record_id, gathered, missing, Doing(actor, at, ARCHIVE, request), shelf)


def archive_incident(
    store: Store, incident_id: str, actor: Actor, at: datetime, shelf: Shelf, request: str | None = None
) -> ArchivePackage:
    """`archive` for an incident, also one without a record: what was done about it, beside its record's own papers."""
    with store.reading() as t:
        gathered = _gather_incident(t, incident_id, shelf)
    missing = f"没有编号为“{incident_id[:60]}”的事件"
    return _put_away(store, incident_id, gathered, missing, Doing(actor, at, ARCHIVE_INCIDENT, request), shelf)


@dataclass(frozen=True, slots=True)
class Doing:
    """Who puts something away, when, by which act and request."""

    actor: Actor
    at: datetime
    act: str
    request: str | None


def _put_away(
    store: Store, subject: str, gathered: _Gathered | None, missing: str, doing: Doing, shelf: Shelf
) -> ArchivePackage:
    actor, at, request = doing.actor, doing.at, doing.request
    with attempting(store, actor, doing.act, subject, at) as t:
        if gathered is None:
            raise Refused(missing)
        _permit(actor, doing.act, gathered)
        if gathered.incident is not None:
            require_evaluated(t, gathered.incident)
        t.archives.take_turn()
        if request is not None and (done := done_before(t, request)) is not None:
            known = t.archives.of(subject, of_incident=gathered.incident is not None)
            return next(one for one in known if one.number == int(done))
        number = t.archives.next_number(subject)
        packed = pack(_package(gathered, subject, number, actor, at, shelf), archive_contents())
        made = _made(gathered, subject, number, packed, actor, at)
        try:
            write_whole(shelf.folder / str(made.year), Path(made.file).name, packed.content)
        except OSError as error:
            raise Refused(f"归档包写不进 {shelf.folder}：{reason(error)}，没有归档") from None
        t.archives.add(made)
        if request is not None:
            note_done(t, request, str(number))
        facts = {"package": number, "file": made.file, "sha256": made.sha256}
        t.audit.append(at, actor.name, actor.role, doing.act, subject, True, facts)
    return made


def readable_of_incident(t: Transaction, actor: Actor, incident: Incident) -> list[ArchivePackage]:
    """The incident's packages, for whoever may open them."""
    record = None if incident.disclosure is None else t.disclosures.get(incident.disclosure)
    if actor.role is not None and not (
        allowed(actor.role, READ, own=concerns(actor.unit, incident.unit)) and _may_read_record(actor, record)
    ):
        return []
    return t.archives.of(incident.id, of_incident=True)


def readable(t: Transaction, actor: Actor, record: Disclosure) -> list[ArchivePackage]:
    """The record's packages, for whoever may open them."""
    if actor.role is not None and not (
        allowed(actor.role, READ, own=concerns(actor.unit, record.unit)) and _may_read_record(actor, record)
    ):
        return []
    return t.archives.of(record.id)


def content(package: ArchivePackage, folder: Path) -> bytes | None:
    """The package's bytes as they were put away; None where the file is gone or another one."""
    try:
        found = (folder / package.file).read_bytes()
    except OSError:
        return None
    return found if sha256(found) == package.sha256 else None


def check_all(t: Transaction, folder: Path) -> Iterator[Checked]:
    """Every package that was put away, and whatever else lies in the folder."""
    packages = t.archives.all()
    for package in packages:
        yield _checked(folder / package.file, package.file, package)
    known = {package.file for package in packages}
    for file in sorted(folder.rglob("*")) if folder.is_dir() else ():
        name = file.relative_to(folder).as_posix()
        if not file.is_dir() and name not in known:
            yield Checked(name, None, [_UNKNOWN])


def check_file(t: Transaction, file: Path, folder: Path) -> Checked:
    """One file, wherever it lies: the package of its place in the folder, of its content, or of its name."""
    packages = t.archives.all()
    inside = file.resolve().is_relative_to(folder.resolve())
    place = file.resolve().relative_to(folder.resolve()).as_posix() if inside else None
    try:
        digest = sha256(file.read_bytes())
    except OSError:
        digest = None
    found = next((one for one in packages if one.file == place), None)
    if not inside:
        same = [one for one in packages if one.sha256 == digest]
        named = [one for one in packages if Path(one.file).name == file.name]
        found = next(iter(same + named), None)
    return Checked(str(file), None, [_UNKNOWN]) if found is None else _checked(file, str(file), found)


_UNKNOWN = "没有登记：不是本台归档的，或归档时中断，不能作为归档包"


def _checked(file: Path, name: str, package: ArchivePackage) -> Checked:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return Checked(name, package, ["归档包缺失"])
    except OSError as error:
        return Checked(name, package, [f"读不出：{reason(error)}"])
    return Checked(name, package, faults(content, package.sha256, package.manifest_sha256))


def _permit(actor: Actor, act: str, gathered: _Gathered) -> None:
    if actor.role is None:
        return
    mine = allowed(actor.role, act, own=concerns(actor.unit, gathered.unit))
    if not mine or not _may_read(actor, gathered):
        raise Refused("您没有权限归档：由档案员、办公室或责任单位的承办人归档")


def _may_read(actor: Actor, gathered: _Gathered) -> bool:
    if gathered.incident is not None:
        return _may_read_record(actor, gathered.record)
    if gathered.record is None:
        return may_see(actor, gathered.proposals[0])
    return _may_read_record(actor, gathered.record)


def _may_read_record(actor: Actor, record: Disclosure | None) -> bool:
    """Whether the actor may see the record that something is about; there is nothing to hide where it is about none."""
    if record is None or actor.role is None:
        return True
    return may_read_record(actor.role, actor.unit, record.scope, record.unit)


def _package(gathered: _Gathered, subject: str, number: int, actor: Actor, at: datetime, shelf: Shelf) -> Package:
    incident = gathered.incident
    return Package(
        record=subject if incident is None else incident.disclosure,
        incident=None if incident is None else incident.id,
        title=gathered.title,
        unit=gathered.unit,
        number=number,
        made_at=at,
        made_by=actor.name,
        head=gathered.head,
        pieces=pieces_of(gathered.material, shelf.wording),
        remarks=remarks_on(gathered.material),
    )


def _made(gathered: _Gathered, subject: str, number: int, packed: Packed, actor: Actor, at: datetime) -> ArchivePackage:
    stem = _stem(subject) if gathered.incident is None else f"{_INCIDENT}{subject}"
    return ArchivePackage(
        record=subject,
        number=number,
        year=gathered.year,
        title=gathered.title,
        unit=gathered.unit,
        file=f"{gathered.year}/{stem}-{number}.zip",
        size=len(packed.content),
        sha256=packed.sha256,
        manifest_sha256=packed.manifest_sha256,
        head=gathered.head,
        made_at=at,
        made_by=actor.name,
        of_incident=gathered.incident is not None,
    )


def _stem(record_id: str) -> str:
    """The id as a file's name; one that cannot stand in a name is told apart by its hash."""
    name = name_of(record_id)
    if name == record_id and "~" not in name and len(name.encode()) <= _LONGEST_NAME:
        return name
    return f"{name[:40]}~{hashlib.sha256(record_id.encode()).hexdigest()[:12]}"


def _gather(t: Transaction, record_id: str, shelf: Shelf) -> _Gathered | None:
    record = t.disclosures.get(record_id)
    proposals = proposing.proposals(t, t.proposals.about(record_id)[::-1])
    if record is None and not any(_withheld(one, record_id) for one in proposals):
        return None
    head = t.audit.head()
    subjects = list(dict.fromkeys([record_id, *(one.kept.id for one in proposals)]))
    material = Material(
        proposals=[ProposalCourse(one.kept.id, one.procedure, one.standing, one.entries) for one in proposals],
        risks=[version for subject in subjects for version in t.risks.versions(subject)],
        releases=t.releases.about(subjects),
        versions=[
            RecordVersion(one.disclosure, one.recorded_at, one.recorded_by) for one in t.disclosures.versions(record_id)
        ],
        publications=t.publications.of([record_id]),
        incidents=[_incident(t, one, shelf.reports_dir) for one in reversed(t.incidents.of_disclosure(record_id))],
        suggestions=_suggestions(t, record_id),
        reactions=_counted(t, tables.assessment.c.disclosure == record_id),
        catalogue=[] if record is None else _catalogue(t, record),
    )
    return _Gathered(record, proposals, material, None if head is None else str(head))


def _gather_incident(t: Transaction, incident_id: str, shelf: Shelf) -> _Gathered | None:
    """The papers of the record that the incident is about, with this incident alone and the reaction gathered in it."""
    incident = t.incidents.get(incident_id)
    if incident is None:
        return None
    about = None if incident.disclosure is None else _gather(t, incident.disclosure, shelf)
    head = t.audit.head()
    material = replace(
        Material() if about is None else about.material,
        incidents=[_incident(t, incident, shelf.reports_dir)],
        reactions=_counted(t, tables.post.c.id.in_([one.post_id for one in t.incidents.members(incident_id)])),
    )
    return _Gathered(
        record=None if about is None else about.record,
        proposals=() if about is None else about.proposals,
        material=material,
        head=None if head is None else str(head),
        incident=incident,
    )


def _withheld(one: Proposal, record_id: str) -> bool:
    return one.kept.id == record_id and one.standing.end in (End.WITHHELD, End.DROPPED)


def _incident(t: Transaction, incident: Incident, reports_dir: Path) -> IncidentFile:
    reports, evaluated = t.reports.of(incident.id), signed_files(t, incident.id)
    return IncidentFile(
        incident=incident,
        posts=len(t.incidents.members(incident.id)),
        co_units=t.co_units.of(incident.id),
        history=t.incidents.history(incident.id),
        deeds=[(deed.at, deed.actor, deed.what) for deed in deeds_of(t, incident.id)],
        responses=t.reports.responses(incident.id),
        reports=reports,
        filed={name: content for report in reports for name, content in _filed(reports_dir, report.file)},
        upward=t.upward.of_incident(incident.id),
        handled=_handled(t, incident.id),
        evaluations={name: content for paper in evaluated for name, content in _filed(reports_dir, paper.file or "")},
        missing=[
            *([f"{incident.id} 还没有签发总结评估：签发后应再归档一次"] if owed(t, incident.id) is not None else []),
            *(
                f"{paper.serial}（{paper.file}）的文件在报告目录里读不到"
                for paper in evaluated
                if not any(_filed(reports_dir, paper.file or ""))
            ),
        ],
    )


def _handled(t: Transaction, incident_id: str) -> Handled:
    answers = t.answers.about(AnswerKind.INCIDENT, incident_id)
    return Handled(
        verifications=t.answers.verifications(incident_id),
        measures=t.measures.of_incident(incident_id),
        answers=t.answers.entries([one.id for one in answers]),
    )


def _filed(reports_dir: Path, name: str) -> Iterator[tuple[str, bytes]]:
    """The filed report and its other formats beside it, as far as they can be read."""
    for file in sorted(reports_dir.glob(f"{escape(Path(name).stem)}.*")):
        with suppress(OSError):
            yield file.name, file.read_bytes()


def _suggestions(t: Transaction, record_id: str) -> list[tuple[Suggestion, Sequence[SuggestionEntry]]]:
    found = sorted(t.suggestions.listed(Wanted(record=record_id), _MOST), key=lambda one: one.id)
    entries = t.suggestions.entries([one.id for one in found])
    return [(one, entries[one.id]) for one in found]


def _counted(t: Transaction, which: ColumnElement[bool]) -> list[ReactionCount]:
    """How many of these posts are still stored, by day, channel, sentiment and category."""
    read, post = tables.assessment, tables.post
    query = (
        select(post.c.published_at, post.c.channel, read.c.sentiment, read.c.category)
        .join(read, read.c.post_id == post.c.id)
        .where(which)
    )
    counted = Counter(
        (row.published_at.astimezone(CHINA).date(), row.channel, row.sentiment, row.category or "")
        for row in t.connection.execute(query)
    )
    return [
        ReactionCount(day, Channel(channel), Sentiment(sentiment), Category(category) if category else None, posts)
        for (day, channel, sentiment, category), posts in sorted(counted.items())
    ]


def _catalogue(t: Transaction, record: Disclosure) -> list[dict[str, str]]:
    named = items_of_record(t, record)
    if named is None:
        return []
    return [
        {"编号": item.id} | {named.form.heading(key): item.cell(key) for key in named.form.cells if item.cell(key)}
        for item in named.items
    ]

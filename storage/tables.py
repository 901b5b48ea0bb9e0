"""The schema: every table of the record store, for SQLite and PostgreSQL alike.

No table has a column for who posted, from which account, address, place or network: what is not there cannot leak.
Times are whole microseconds since 1970 in UTC; `UtcTime` turns them into zone-aware datetimes.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class UtcTime(TypeDecorator[datetime]):
    """A zone-aware datetime kept as microseconds since 1970 UTC, so that order in the store is order in time."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Store. Raises ValueError for a naive time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value!r}")
        return (value - _EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Load, in UTC."""
        return None if value is None else _EPOCH + timedelta(microseconds=int(value))


metadata = MetaData()
Serial = BigInteger().with_variant(Integer, "sqlite")

disclosure = Table(
    "disclosure",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("doc_number", Text),
    Column("published_at", UtcTime, nullable=False),
    Column("unit", Text, nullable=False),
    Column("catalogue_item", Text),
    Column("scope", String(20), nullable=False),
    Column("url", Text),
    Column("body", Text, nullable=False),
    Column("watch_terms", JSON, nullable=False),
    Column("risk", String(20)),
    Column("explanation", Text),
    Column("interpretation", Text),
    Column("withdrawn", Boolean, nullable=False, server_default=false()),
    Column("recorded_at", UtcTime, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Index("disclosure_by_published", "published_at"),
    Index("disclosure_by_recorded", "recorded_at"),
)

publication = Table(
    "publication",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("record", String(200), nullable=False),
    Column("platform", String(40), nullable=False),
    Column("platform_name", Text, nullable=False),
    Column("published_at", UtcTime, nullable=False),
    Column("link", Text),
    Column("noted_at", UtcTime, nullable=False),
    Column("noted_by", Text, nullable=False),
    Column("incident", String(60)),
    Index("publication_by_record", "record"),
    sqlite_autoincrement=True,
)

publication_back = Table(
    "publication_back",
    metadata,
    Column("publication", ForeignKey("publication.id"), primary_key=True),
    Column("taken_back_at", UtcTime, nullable=False),
    Column("taken_back_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

publication_look = Table(
    "publication_look",
    metadata,
    Column("publication", ForeignKey("publication.id"), primary_key=True),
    Column("state", String(20), nullable=False),
    Column("looked_at", UtcTime, nullable=False),
    Column("detail", Text),
    Column("failures", Integer, nullable=False),
    Column("told_at", UtcTime),
)

release = Table(
    "release",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("what", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("record", String(200)),
    Column("proposal", String(200)),
    Column("unit", Text),
    Column("spokesperson", String(200), nullable=False),
    sqlite_autoincrement=True,
)

release_step = Table(
    "release_step",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("release", ForeignKey("release.id"), nullable=False),
    Column("state", String(20), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("due", UtcTime, nullable=False),
    Column("reason", Text),
    Index("release_step_by_release", "release"),
    Index("release_step_by_due", "due"),
    sqlite_autoincrement=True,
)

risk_assessment = Table(
    "risk_assessment",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("subject", String(200), nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("form", JSON, nullable=False),
    Column("level", String(20), nullable=False),
    Column("calculation", JSON, nullable=False),
    Index("risk_assessment_by_subject", "subject", "version", unique=True),
    sqlite_autoincrement=True,
)

risk_note = Table(
    "risk_note",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("assessment", ForeignKey("risk_assessment.id"), nullable=False),
    Column("noted", String(20), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("answer", Integer),
    Index("risk_note_by_assessment", "assessment"),
    sqlite_autoincrement=True,
)

source_state = Table(
    "source_state",
    metadata,
    Column("source", String(200), primary_key=True),
    Column("next_due_at", UtcTime),
    Column("last_attempt_at", UtcTime),
    Column("last_answer_at", UtcTime),
    Column("last_post_at", UtcTime),
    Column("failures", Integer, nullable=False, default=0),
    Column("error", Text),
    Column("cursor", JSON),
    Column("interval_seconds", Float),
)

crawl_host = Table(
    "crawl_host",
    metadata,
    Column("host", String(255), primary_key=True),
    Column("quiet_until", UtcTime, nullable=False),
    Column("delay_seconds", Float, nullable=False),
)

source_host = Table(
    "source_host",
    metadata,
    Column("source", String(200), primary_key=True),
    Column("host", String(255), primary_key=True),
    Column("at", UtcTime, nullable=False),
)

source_row = Table(
    "source_row",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("row", JSON, nullable=False),
    Column("removed", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("changed_by", Text, nullable=False),
)

source_day = Table(
    "source_day",
    metadata,
    Column("source", String(200), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("answers", Integer, nullable=False),
    Column("new_posts", Integer, nullable=False),
    Column("dropped", Integer, nullable=False),
)

source_watch = Table(
    "source_watch",
    metadata,
    Column("source", String(200), primary_key=True),
    Column("since", UtcTime, nullable=False),
)

source_trouble = Table(
    "source_trouble",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("source", String(200), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("noticed_at", UtcTime, nullable=False),
    Column("told_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("settled", Boolean, nullable=False),
    Column("detail", Text),
    Index("source_trouble_by_settled", "settled"),
    Index("source_trouble_by_told", "told_at"),
)

push = Table(
    "push",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("source", String(200), nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("push_by_time", "at"),
)

page_state = Table(
    "page_state",
    metadata,
    Column("source", String(200), primary_key=True),
    Column("page", String(64), primary_key=True),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("fingerprint", String(64)),
    Column("fetched_at", UtcTime, nullable=False),
    Column("resume", Text),
)

patrol = Table(
    "patrol",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("source", String(200), nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime, nullable=False),
    Column("outcome", String(40), nullable=False),
    Column("pages", Integer, nullable=False),
    Column("new_posts", Integer, nullable=False),
    Column("updates", Integer, nullable=False),
    Column("dropped", Integer, nullable=False),
    Column("detail", Text),
    Index("patrol_by_source", "source", "started_at"),
    Index("patrol_by_time", "started_at"),
)

post = Table(
    "post",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("id", String(200), nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("source", String(200), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("url", Text),
    Column("title", Text),
    Column("text", Text, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("published_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("comments", BigInteger),
    Column("reposts", BigInteger),
    Column("likes", BigInteger),
    Column("views", BigInteger),
    Column("in_reply_to", String(200)),
    Column("flags", JSON, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("gone_at", UtcTime),
    Index("post_by_seen", "seen_at"),
    Index("post_by_expiry", "expires_at"),
    Index("post_by_source", "source", "seen_at"),
    Index("post_by_answered", "in_reply_to"),
    Index("post_by_gone", "gone_at"),
    Index("post_by_id_published", "id", "published_at"),
    sqlite_autoincrement=True,  # a number is never given twice, so that a reader's watermark skips nothing
)

expired_post = Table(
    "expired_post",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("at", UtcTime, nullable=False),
)

post_day = Table(
    "post_day",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("channel", String(20), primary_key=True),
    Column("record", String(200), primary_key=True),
    Column("category", String(40), primary_key=True),
    Column("sentiment", String(20), primary_key=True),
    Column("posts", Integer, nullable=False),
    Column("voices", Integer, nullable=False),
    Column("reactions", BigInteger, nullable=False),
)
"""How many posts of a day (so many after 1 January 1970, in Asia/Shanghai) are stored no longer; '' stands for none."""

intake = Table(
    "intake",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("post_id", String(200), nullable=False),
    Column("change", String(20), nullable=False),
    Column("at", UtcTime, nullable=False),
    sqlite_autoincrement=True,
)

read_ahead = Table(
    "read_ahead",
    metadata,
    Column("number", Serial, primary_key=True, autoincrement=True),
    Column("changes", JSON, nullable=False),
    Column("content", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

assessment = Table(
    "assessment",
    metadata,
    Column("post_id", String(200), primary_key=True),
    Column("sentiment", String(20), nullable=False),
    Column("negative", Float, nullable=False),
    Column("disclosure", String(200)),
    Column("link", Float, nullable=False),
    Column("category", String(40)),
    Column("category_scores", JSON, nullable=False),
    Column("duplicate_of", String(200)),
    Column("why", JSON, nullable=False),
    Column("model", String(80), nullable=False),
    Column("corrected", Boolean, nullable=False),
    Column("grounds", JSON),
    Column("assessed_at", UtcTime, nullable=False),
    Index("assessment_by_disclosure", "disclosure", "sentiment", "post_id"),
    Index("assessment_by_original", "duplicate_of"),
)

gathering = Table(
    "gathering",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("disclosure", String(200)),
    Column("number", Integer, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("last_post_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("continued_by", BigInteger),
    Column("branch", Boolean, nullable=False, server_default=false()),
    Column("regrouped", Integer, nullable=False, server_default="0"),
    UniqueConstraint("disclosure", "number"),
    Index("gathering_by_continued", "continued_by"),
)
"""`continued_by` takes what would have joined this one, since a person has merged them; a `branch` was split from another
and takes only what belongs to its own posts while there is one that is none; `regrouped` counts how often a person, or
letting old posts go, changed which posts are here."""

member = Table(
    "member",
    metadata,
    Column("gathering", ForeignKey("gathering.id"), primary_key=True),
    Column("post_id", String(200), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("category", String(40)),
    Column("root", String(200), nullable=False),
    Column("reactions", BigInteger, nullable=False),
    Column("voice", Boolean, nullable=False),
    Index("member_by_post", "post_id"),
)

former_member = Table(
    "former_member",
    metadata,
    Column("gathering", ForeignKey("gathering.id"), primary_key=True),
    Column("post_id", String(200), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("category", String(40)),
    Column("root", String(200), nullable=False),
    Column("reactions", BigInteger, nullable=False),
    Column("voice", Boolean, nullable=False),
    Index("former_member_by_post", "post_id"),
)
"""The posts of a gathering that was merged into another one, as they stood then."""

incident = Table(
    "incident",
    metadata,
    Column("id", String(60), primary_key=True),
    Column("disclosure", String(200)),
    Column("title", Text, nullable=False),
    Column("unit", Text),
    Column("category", String(40)),
    Column("category_by_person", Boolean, nullable=False),
    Column("severity", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("first_post_at", UtcTime),
    Column("gathering", ForeignKey("gathering.id"), nullable=False),
    Column("acknowledged_at", UtcTime),
    Column("acknowledged_by", Text),
    Column("closed_at", UtcTime),
    Column("revision", Integer, nullable=False),
    Column("merged_into", String(60)),
    Column("split_from", String(60)),
    Index("incident_by_state", "state", "opened_at"),
    Index("incident_by_disclosure", "disclosure"),
    Index("incident_by_merged", "merged_into"),
    Index("incident_by_split", "split_from"),
)

severity_change = Table(
    "severity_change",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("incident", ForeignKey("incident.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("severity", String(20), nullable=False),
    Column("rule", String(80), nullable=False),
    Column("actor", Text),
    Column("reason", Text),
    Index("severity_change_by_incident", "incident"),
)

co_unit = Table(
    "co_unit",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("incident", ForeignKey("incident.id"), nullable=False),
    Column("unit", Text, nullable=False),
    Column("named_at", UtcTime, nullable=False),
    Column("named_by", Text, nullable=False),
    Column("reason", Text),
    Column("acknowledged_at", UtcTime),
    Column("acknowledged_by", Text),
    Column("removed_at", UtcTime),
    Index("co_unit_by_incident", "incident"),
    Index("co_unit_by_unit", "unit"),
    # A unit helps once with an incident; it may be taken off and named again.
    Index(
        "co_unit_helping",
        "incident",
        "unit",
        unique=True,
        sqlite_where=text("removed_at IS NULL"),
        postgresql_where=text("removed_at IS NULL"),
    ),
)

deadline = Table(
    "deadline",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("incident", ForeignKey("incident.id"), nullable=False),
    Column("activation", Integer, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("recorded_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("steps", JSON, nullable=False),
    Column("clause", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("start_reason", Text),
    Column("started_by", Text, nullable=False),
    Column("ended_at", UtcTime),
    Column("end_reason", Text),
    Column("label", Text),
    Column("ends", String(40)),
    Column("working_days", Integer),
    Column("calendar", Text),
    Column("unit", Text),
    UniqueConstraint("incident", "activation", "kind"),
    Index("deadline_by_state", "state", "due_at"),
)

reminder = Table(
    "reminder",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("deadline", ForeignKey("deadline.id"), nullable=False),
    Column("step", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("state", String(20), nullable=False),
    Column("fired_at", UtcTime),
    UniqueConstraint("deadline", "step", "round"),
    Index("reminder_by_state", "state", "at"),
)

alert = Table(
    "alert",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("incident", String(60)),
    Column("deadline", BigInteger),
    Column("recipient", Text, nullable=False),
    Column("due_at", UtcTime),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("link", Text),
    Column("urgent", Boolean, nullable=False),
    Column("state", String(20), nullable=False),
    Column("reason", Text),
    Column("level", String(20), nullable=False, server_default="duty"),
    Index("alert_by_incident", "incident", "at"),
    Index("alert_by_at", "at"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("alert", ForeignKey("alert.key"), nullable=False),
    Column("channel", String(40), nullable=False),
    Column("address", Text, nullable=False),
    Column("idem_key", String(64), nullable=False, unique=True),
    Column("state", String(20), nullable=False),
    Column("available_at", UtcTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("lease_until", UtcTime),
    Column("lease_by", String(80)),
    Column("error", Text),
    Column("note", Text),
    Column("queued_at", UtcTime, nullable=False, server_default="0"),
    Index("outbox_by_state", "state", "available_at"),
    Index("outbox_by_channel", "channel", "state", "available_at", "id"),
    Index("outbox_by_alert", "alert", "state"),
)

attempt = Table(
    "attempt",
    metadata,
    Column("outbox", ForeignKey("outbox.id"), primary_key=True),
    Column("fence", Integer, primary_key=True),
    Column("started_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("outcome", String(20), nullable=False),
    Column("detail", Text),
)

message = Table(
    "message",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("idem_key", String(64), nullable=False, unique=True),
    Column("recipient", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("link", Text),
    Column("repeated", Boolean, nullable=False),
    Column("read_at", UtcTime),
    Column("read_by", Text),
    Column("kind", String(40)),
    Index("message_by_recipient", "recipient", "at"),
    Index(
        "message_unread",
        "recipient",
        sqlite_where=text("read_at IS NULL"),
        postgresql_where=text("read_at IS NULL"),
    ),
)

clock = Table(
    "clock",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("logical", UtcTime, nullable=False),
    Column("wall", UtcTime, nullable=False),
    Column("boot", String(64), nullable=False),
    Column("boottime", Float, nullable=False),
)

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("worker", String(80), primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("detail", Text),
)

lease = Table(
    "lease",
    metadata,
    Column("name", String(300), primary_key=True),
    Column("holder", String(120)),
    Column("until", UtcTime),
    Column("fence", BigInteger, nullable=False),
)

channel_state = Table(
    "channel_state",
    metadata,
    Column("channel", String(40), primary_key=True),
    Column("last_success_at", UtcTime),
    Column("last_failure_at", UtcTime),
    Column("failures", Integer, nullable=False),
    Column("error", Text),
)

person = Table(
    "person",
    metadata,
    Column("username", String(80), primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", String(20), nullable=False),
    Column("unit", Text),
    Column("active", Boolean, nullable=False),
    Column("password", Text, nullable=False),
    Column("must_change_password", Boolean, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", UtcTime),
    Column("created_at", UtcTime, nullable=False),
)

session = Table(
    "session",
    metadata,
    Column("token", String(64), primary_key=True),
    Column("username", ForeignKey("person.username"), nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)

saved_search = Table(
    "saved_search",
    metadata,
    Column("username", ForeignKey("person.username"), primary_key=True),
    Column("name", String(80), primary_key=True),
    Column("search", JSON, nullable=False),
    Column("saved_at", UtcTime, nullable=False),
)

contact = Table(
    "contact",
    metadata,
    Column("recipient", String(200), primary_key=True),
    Column("channel", String(40), primary_key=True),
    Column("address", String(400), primary_key=True),
    Column("name", Text, nullable=False),
    Column("rank", Integer, nullable=False, server_default="1"),
    Column("level", String(20), nullable=False, server_default="duty"),
)

duty_shift = Table(
    "duty_shift",
    metadata,
    Column("recipient", String(200), primary_key=True),
    Column("begins_at", UtcTime, primary_key=True),
    Column("ends_at", UtcTime, nullable=False),
    Column("name", Text, nullable=False),
    Column("instead_of", Text),
    Column("reason", Text),
)

duty_handover = Table(
    "duty_handover",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("recipient", String(200), nullable=False),
    Column("by", String(80), nullable=False),
    Column("by_name", Text, nullable=False),
    Column("to", String(80), nullable=False),
    Column("to_name", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("open_matters", JSON, nullable=False),
    Column("written_at", UtcTime, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("signed_at", UtcTime),
    Index("duty_handover_by_recipient", "recipient", "written_at"),
)

duty_entry = Table(
    "duty_entry",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("recipient", String(200), nullable=False),
    Column("happened_at", UtcTime, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("incident", ForeignKey("incident.id")),
    Column("of", BigInteger),
    Column("reason", Text),
    UniqueConstraint("of"),
    Index("duty_entry_by_recipient", "recipient", "happened_at"),
    Index("duty_entry_by_incident", "incident"),
    sqlite_autoincrement=True,
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("role", String(20), nullable=False),
    Column("act", String(60), nullable=False),
    Column("subject", Text, nullable=False),
    Column("allowed", Boolean, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("audit_by_subject", "subject"),
)

report_part = Table(
    "report_part",
    metadata,
    Column("incident", ForeignKey("incident.id"), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("part", String(40), primary_key=True),
    Column("text", Text, nullable=False),
    Column("confirmed_by", Text),
    Column("confirmed_at", UtcTime),
    Column("revision", Integer, nullable=False),
    Column("paragraphs", JSON),
)

report_part_version = Table(
    "report_part_version",
    metadata,
    Column("incident", ForeignKey("incident.id"), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("part", String(40), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("written_at", UtcTime, nullable=False),
    Column("written_by", Text, nullable=False),
)

report_correcting = Table(
    "report_correcting",
    metadata,
    Column("incident", ForeignKey("incident.id"), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("serial", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("begun_at", UtcTime, nullable=False),
    Column("begun_by", Text, nullable=False),
)

report = Table(
    "report",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("incident", ForeignKey("incident.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("number", Integer, nullable=False),
    Column("serial", Text, nullable=False),
    Column("activation", Integer),
    Column("filed_at", UtcTime, nullable=False),
    Column("filed_by", Text, nullable=False),
    Column("parts", JSON, nullable=False),
    Column("file", Text, nullable=False),
    Column("supersedes", Text),
    Column("reason", Text),
    Column("superseded_by", Text),
    UniqueConstraint("incident", "kind", "number"),
)

response = Table(
    "response",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("incident", ForeignKey("incident.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("url", Text),
    Column("published_at", UtcTime, nullable=False),
    Column("published_by", Text, nullable=False),
    Index("response_by_incident", "incident", "published_at"),
)

upward = Table(
    "upward",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("incident", ForeignKey("incident.id"), nullable=False),
    Column("body", String(40), nullable=False),
    Column("label", Text, nullable=False),
    Column("noted", String(20), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("need", String(20)),
    Column("severity", String(20)),
    Column("clause", Text),
    Column("send", Boolean),
    Column("reason", Text),
    Column("way", String(40)),
    Column("report", String(20)),
    Column("report_number", Integer),
    Column("serial", Text),
    Column("text", Text),
    Column("note", Text),
    Column("happened_at", UtcTime),
    Column("alert", String(64)),
    Column("who", Text),
    Column("of", BigInteger),
    Index("upward_by_incident", "incident", "body"),
    Index("upward_by_alert", "alert"),
    Index("upward_by_entry", "of"),
    sqlite_autoincrement=True,
)

measure = Table(
    "measure",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("incident", ForeignKey("incident.id"), nullable=False),
    Column("side", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("happened_at", UtcTime, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("of", BigInteger),
    Index("measure_by_incident", "incident"),
    sqlite_autoincrement=True,
)

checklist_entry = Table(
    "checklist_entry",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("incident", ForeignKey("incident.id"), nullable=False),
    Column("noted", String(20), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("step", String(120)),
    Column("text", Text),
    Column("who", Text),
    Column("due_at", UtcTime),
    Index("checklist_entry_by_incident", "incident"),
    sqlite_autoincrement=True,
)

suggestion = Table(
    "suggestion",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("text", Text, nullable=False),
    Column("way", String(40), nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("record", String(200)),
    Column("unit", Text),
    Column("origin", String(64)),
    Index("suggestion_by_record", "record"),
    Index("suggestion_by_received", "received_at"),
    Index("suggestion_by_origin", "origin", unique=True),
)

suggestion_entry = Table(
    "suggestion_entry",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("suggestion", ForeignKey("suggestion.id"), nullable=False),
    Column("did", String(20), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("text", Text),
    Column("unit", Text),
    Column("way", String(40)),
    Column("happened_at", UtcTime),
    Column("due_at", UtcTime),
    Column("counted", Text),
    Column("of", BigInteger),
    Index("suggestion_entry_by_suggestion", "suggestion"),
    Index("suggestion_entry_by_entry", "of"),
    sqlite_autoincrement=True,
)

correction = Table(
    "correction",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("post_id", String(200), nullable=False),
    Column("root", String(200), nullable=False),
    Column("title", Text),
    Column("text", Text),
    Column("seen_at", UtcTime, nullable=False),
    Column("before_sentiment", String(20), nullable=False),
    Column("before_disclosure", String(200)),
    Column("before_category", String(40)),
    Column("after_sentiment", String(20), nullable=False),
    Column("after_disclosure", String(200)),
    Column("after_category", String(40)),
    Column("after_version", Integer),
    Column("model", String(80), nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("reason", Text),
    Column("post_version", Integer, nullable=False),
    Column("follows", String(200)),
    Index("correction_by_post", "post_id"),
    Index("correction_by_root", "root"),
)

meta = Table(
    "meta",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("value", JSON, nullable=False),
)

catalogue_version = Table(
    "catalogue_version",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("letter", String(1), nullable=False),
    Column("title", Text, nullable=False),
    Column("deed", String(20), nullable=False),
    Column("item", String(10)),
    Column("reason", Text, nullable=False),
    Column("last", Integer, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("items", JSON, nullable=False),
)

catalogue_filing = Table(
    "catalogue_filing",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("version", ForeignKey("catalogue_version.number"), nullable=False),
    Column("noted", String(20), nullable=False),
    Column("body", Text, nullable=False),
    Column("happened_at", UtcTime, nullable=False),
    Column("proof", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    Index("catalogue_filing_by_version", "version"),
    sqlite_autoincrement=True,
)

proposal = Table(
    "proposal",
    metadata,
    Column("id", String(60), primary_key=True),
    Column("unit", Text, nullable=False),
    Column("office", Text, nullable=False),
    Column("procedure", JSON, nullable=False),
    Column("begun_at", UtcTime, nullable=False),
    Column("begun_by", Text, nullable=False),
    Column("step", String(40)),
    Column("ended", String(20)),
    Column("record", String(200)),
    Column("waits", JSON, nullable=False, server_default="[]"),
    Index("proposal_by_step", "step"),
    Index("proposal_by_record", "record"),
)
"""What a unit wants to disclose. `step`, `ended`, `record` and `waits` repeat what its entries say, for lists."""

proposal_entry = Table(
    "proposal_entry",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("proposal", ForeignKey("proposal.id"), nullable=False),
    Column("noted", String(20), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("unit", Text),
    Column("sign", String(40)),
    Column("form", JSON),
    Column("reason", Text),
    Column("attribute", String(20)),
    Column("flag", String(64)),
    Column("until", String(10)),
    Column("link", Text),
    Column("flags", JSON, nullable=False),
    Index("proposal_entry_by_proposal", "proposal"),
    Index("proposal_entry_by_sign", "sign", "id"),
    sqlite_autoincrement=True,
)

archive_package = Table(
    "archive_package",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("record", String(200), nullable=False),
    Column("number", Integer, nullable=False),
    Column("year", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("manifest_sha256", String(64), nullable=False),
    Column("head", String(100)),
    Column("made_at", UtcTime, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("of_incident", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("record", "number"),
    UniqueConstraint("file"),
    sqlite_autoincrement=True,
)

verification = Table(
    "verification",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("incident", ForeignKey("incident.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("unit", Text),
    Column("claim", Text, nullable=False),
    Column("verdict", String(20), nullable=False),
    Column("evidence", Text, nullable=False),
    Column("of", Serial),
    Index("verification_by_incident", "incident"),
    sqlite_autoincrement=True,
)

claim = Table(
    "claim",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("incident", ForeignKey("incident.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("unit", Text),
    Column("way", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("of", BigInteger),
    Column("verification", BigInteger),
    Index("claim_by_incident", "incident"),
    sqlite_autoincrement=True,
)

answer = Table(
    "answer",
    metadata,
    Column("id", String(60), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("about", String(200), nullable=False),
    Column("unit", Text),
    Column("begun_at", UtcTime, nullable=False),
    Column("begun_by", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Index("answer_by_about", "kind", "about"),
    Index("answer_by_state", "kind", "state"),
)
"""Answers to the public. `about` is an incident or, for an entry of the public site, a record; `state` repeats the entries."""

answer_entry = Table(
    "answer_entry",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("answer", ForeignKey("answer.id"), nullable=False),
    Column("noted", String(20), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("unit", Text),
    Column("words", JSON),
    Column("reason", Text),
    Column("link", Text),
    Column("read", JSON),
    Index("answer_entry_by_answer", "answer"),
    sqlite_autoincrement=True,
)

admin_change = Table(
    "admin_change",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(20), nullable=False),
    Column("subject", Text, nullable=False),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("undone_by", BigInteger),
)
"""What stood before and after an act of administration. `seq` is the act's row of the log, `undone_by` the row that took it back."""

paper = Table(
    "paper",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("incident", String(200), ForeignKey("incident.id")),
    Column("first_day", String(10)),
    Column("last_day", String(10)),
    Column("unit", Text),
    Column("revision", Integer, nullable=False),
    Column("drafted_at", UtcTime, nullable=False),
    Column("signed_at", UtcTime),
    Column("signed_by", Text),
    Column("series", Text),
    Column("year", Integer),
    Column("number", Integer),
    Column("serial", Text),
    Column("file", Text),
    Column("supersedes", Serial, ForeignKey("paper.id")),
    Column("superseded_by", Serial, ForeignKey("paper.id")),
    Column("reason", Text),
    UniqueConstraint("series", "year", "number", name="uq_paper_number"),
    UniqueConstraint("supersedes", name="uq_paper_supersedes"),
    Index("ix_paper_kind", "kind", "first_day"),
    Index("ix_paper_incident", "incident"),
)

periodic_due = Table(
    "periodic_due",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("first_day", String(10), primary_key=True),
    Column("last_day", String(10), nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("remind_hours", JSON, nullable=False),
    Column("recorded_at", UtcTime, nullable=False),
    Column("clause", Text),
    Column("calendar", Text),
    Column("drafted_at", UtcTime),
    Column("withdrawn_at", UtcTime),
    Index("periodic_due_by_due", "due_at"),
)

paper_version = Table(
    "paper_version",
    metadata,
    Column("paper", Serial, ForeignKey("paper.id"), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("content", JSON, nullable=False),
    Column("written_at", UtcTime, nullable=False),
    Column("written_by", Text, nullable=False),
)

inspection_sheet = Table(
    "inspection_sheet",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("kind", String(20), nullable=False),
    Column("unit", Text, nullable=False),
    Column("first_day", String(10), nullable=False),
    Column("last_day", String(10), nullable=False),
    Column("rules", JSON, nullable=False),
    Column("begun_at", UtcTime, nullable=False),
    Column("begun_by", Text, nullable=False),
    UniqueConstraint("kind", "unit", "first_day"),
    Index("inspection_sheet_by_day", "first_day"),
    sqlite_autoincrement=True,
)

inspection_entry = Table(
    "inspection_entry",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("sheet", ForeignKey("inspection_sheet.id"), nullable=False),
    Column("noted", String(20), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("check", String(30)),
    Column("points", Float),
    Column("text", Text),
    Column("evidence", Text),
    Column("figures", JSON),
    Column("of", BigInteger),
    Index("inspection_entry_by_sheet", "sheet"),
    sqlite_autoincrement=True,
)

rectification = Table(
    "rectification",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("sheet", ForeignKey("inspection_sheet.id"), nullable=False),
    Column("check", String(30), nullable=False),
    Column("unit", Text, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Index("rectification_by_sheet", "sheet"),
    Index("rectification_by_unit", "unit"),
)

rectification_entry = Table(
    "rectification_entry",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("item", ForeignKey("rectification.id"), nullable=False),
    Column("did", String(20), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("text", Text),
    Column("due_at", UtcTime),
    Column("link", Text),
    Column("record", String(200)),
    Index("rectification_entry_by_item", "item"),
    sqlite_autoincrement=True,
)

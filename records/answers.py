"""An answer to the public: its versions and the entries of its course, and the verification records that it may rest on.

第四十二条（一）、第四十四条. Nothing here is ever changed: another version, another entry is added.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """What a person found when they looked into a statement (第四十二条（一））."""

    TRUE = "true"
    PARTLY = "partly"
    UNTRUE = "untrue"
    OPEN = "open"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {"true": "属实", "partly": "有较大出入", "untrue": "不属实", "open": "暂不能认定"}[self.value]

    @property
    def contradicts(self) -> bool:
        """Whether an answer that rests on it may say that something is not so."""
        return self in (Verdict.PARTLY, Verdict.UNTRUE)


@dataclass(frozen=True, slots=True)
class Verification:
    """核实记录: what was said, what a named person found, and on what evidence. `of` is the number of one that this one
    takes back, with the reason in `evidence`."""

    incident: str
    at: datetime
    actor: str
    unit: str | None
    claim: str
    verdict: Verdict
    evidence: str
    of: int | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """One version of an answer.

    `agreed` says that the units which help must say the same (统一口径); `verifications` are the numbers of the records on
    which it rests, `grounds` its other evidence, a document or an address each; `touched` the focal points of which its
    writer says that it answers them.
    """

    text: str
    agreed: bool = False
    verifications: tuple[int, ...] = ()
    grounds: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()


class AnswerNoted(StrEnum):
    """What an entry notes."""

    WRITTEN = "written"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    ACKNOWLEDGED = "acknowledged"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {
            "written": "起草",
            "submitted": "送审",
            "returned": "退回",
            "approved": "审定",
            "acknowledged": "知悉口径",
            "published": "公开",
            "withdrawn": "撤下",
            "dropped": "作废",
        }[self.value]


class AnswerState(StrEnum):
    """Where an answer stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {
            "draft": "草拟中",
            "submitted": "待审定",
            "approved": "已审定，待公开",
            "published": "已公开",
            "withdrawn": "已撤下",
            "dropped": "已作废",
        }[self.value]

    @property
    def ended(self) -> bool:
        """Whether nothing of it can be published any more."""
        return self in (AnswerState.WITHDRAWN, AnswerState.DROPPED)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question that the reaction raised, summed up by a person, with its answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class PublicWords:
    """One version of an entry of the public site (回应公开): no post is quoted in it and nobody is named."""

    title: str
    exchanges: tuple[Exchange, ...]
    done: str = ""


Words = Wording | PublicWords
"""What a version says: of an answer on an incident, or of an entry of the public site."""


class AnswerKind(StrEnum):
    """For what an answer is written."""

    INCIDENT = "incident"
    PUBLIC = "public"

    @property
    def prefix(self) -> str:
        """Begins the ids of this kind."""
        return {"incident": "H", "public": "K"}[self.value]


@dataclass(frozen=True, slots=True)
class AnswerEntry:
    """One entry, never changed; `unit` is whose people the actor is of. What was written has its `words`, what was returned,
    withdrawn or dropped its `reason` (an approval may have one), what was published may have its `link`. An approval on the
    public site has in `read` the marks that stood there when it was given; None where nobody noted them."""

    answer: str
    noted: AnswerNoted
    at: datetime
    actor: str
    unit: str | None = None
    words: Words | None = None
    reason: str | None = None
    link: str | None = None
    read: tuple[str, ...] | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: what it is about and who began it. `about` is the incident's id, of an entry of the public site the
    record's; `state` repeats for lists what the entries say."""

    id: str
    kind: AnswerKind
    about: str
    unit: str | None
    begun_at: datetime
    begun_by: str
    state: AnswerState = AnswerState.DRAFT

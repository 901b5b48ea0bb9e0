"""An entry of the public site goes out only by the hands of two people, about what is open to society, without words of posts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from casework.answers.site import Site, files
from pipeline import public_entries, verifying
from pipeline.acts import Actor
from pipeline.public_entries import PublicEntry
from pipeline.public_site import LeftOut, site_entries
from pipeline.refusals import Refused
from pipeline.secrecy_check import text_check
from pipeline.verifying import Finding
from pipeline.views import HIDDEN_TITLE
from records.answers import AnswerNoted, AnswerState, Exchange, PublicWords, Verdict
from records.disclosures import Disclosure
from records.people import Person
from records.words import Role, Scope
from regulation.secrecy import secrecy_rules
from storage import tables
from storage.store import Store
from tests.pipeline.known_answers import DAY, HOUR, NOON, Town
from tests.pipeline.test_acts import OFFICE, UNIT
from tests.pipeline.test_answering import ANSWERING, COLLEAGUE, meant
from tests.storage.plans import asked

CHECKING = ANSWERING.checking
WORDS = PublicWords("供热什么时候恢复", (Exchange("管道几时修好？", "4月10日12时30分修好。"),), "更换管段40米")
NUMBER = "青纪发〔2026〕12号"
PARTY = Disclosure("p1", "关于三起问题的党内通报", NUMBER, NOON - DAY, "纪委", None, Scope.PARTY, None, "内容")
ADMIN, EVALUATOR = Actor("管理员", Role.ADMIN), Actor("考评员", Role.EVALUATOR)
SITE = Site("惠川区委", "区委办公室", "https://www.huichuan.example/")


class Office:
    """A record with a reaction, and entries about it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.town = Town(store)
        with store.transaction() as t:
            t.disclosures.add(PARTY, NOON, "测试")
        for number in range(3):
            self.incident = self.town.come(f"一家人昨天晚上冻得睡不着觉{number}", NOON - HOUR)

    def begin(self, words: PublicWords = WORDS, actor: Actor = OFFICE, record: str = "d1") -> str:
        return public_entries.begin(self.store, record, words, actor, NOON)

    def note(self, entry: str, noted: AnswerNoted, actor: Actor = OFFICE, reason: str | None = None) -> None:
        version = self.one(entry).now.version
        public_entries.note(self.store, meant(entry, actor), noted, version, reason, ANSWERING)

    def public(self, words: PublicWords = WORDS, reason: str | None = None) -> str:
        entry = self.begin(words)
        self.note(entry, AnswerNoted.SUBMITTED)
        self.note(entry, AnswerNoted.APPROVED, COLLEAGUE, reason)
        self.note(entry, AnswerNoted.PUBLISHED)
        return entry

    def correct(self, at: datetime = NOON + HOUR, **change: object) -> None:
        with self.store.transaction() as t:
            record = t.disclosures.get("d1")
            assert record is not None
            t.disclosures.add(replace(record, explanation="更正", **change), at, "测试")  # type: ignore[arg-type]

    def one(self, entry: str, actor: Actor = OFFICE) -> PublicEntry:
        return next(one for one in self.all(actor) if one.answer.id == entry)

    def all(self, actor: Actor = OFFICE) -> list[PublicEntry]:
        assert actor.role is not None
        with self.store.reading() as t:
            person = Person(actor.name, actor.name, actor.role, actor.unit)
            return public_entries.entries(t, person, public_entries.listed(t, person))

    def site(self) -> tuple[dict[str, bytes], list[LeftOut]]:
        with self.store.reading() as t:
            held, left = site_entries(t, CHECKING)
        return files(SITE, held), list(left)

    def titles(self) -> list[str]:
        with self.store.reading() as t:
            return [one.words.title for one in site_entries(t, CHECKING)[0]]


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def said(answer: str) -> PublicWords:
    return replace(WORDS, exchanges=(Exchange("管道几时修好？", answer),))


@pytest.mark.clause("H-42(1)", "H-44(2)")
def test_an_entry_is_written_approved_by_another_made_public_and_withdrawn(office: Office):
    entry = office.begin()
    assert office.titles() == []
    office.note(entry, AnswerNoted.SUBMITTED)
    with pytest.raises(Refused, match="另一人审定"):
        office.note(entry, AnswerNoted.APPROVED)
    office.note(entry, AnswerNoted.APPROVED, COLLEAGUE)
    assert office.titles() == []
    office.note(entry, AnswerNoted.PUBLISHED)
    assert office.titles() == ["供热什么时候恢复"]
    with pytest.raises(Refused, match="写明理由"):
        office.note(entry, AnswerNoted.WITHDRAWN)
    office.note(entry, AnswerNoted.WITHDRAWN, OFFICE, "内容过时")
    assert office.titles() == []
    assert office.one(entry).now.state is AnswerState.WITHDRAWN


@pytest.mark.clause("E-2(3)2")
def test_what_is_not_open_to_society_never_gets_an_entry(office: Office):
    for record in ("p1", "d9"):
        with pytest.raises(Refused):
            office.begin(record=record)
    with office.store.reading() as t:
        assert "p1" not in public_entries.record_choices(t)


@pytest.mark.clause("E-2(3)2", "H-20")
@pytest.mark.parametrize("change", [{"withdrawn": True}, {"scope": Scope.PARTY}])
def test_an_entry_leaves_the_site_when_its_record_is_open_to_society_no_more(office: Office, change: dict[str, object]):
    entry = office.public()
    office.correct(**change)
    made, left = office.site()
    assert f"{entry}.html" not in made
    assert [one.id for one in left] == [entry]
    assert "供热什么时候恢复" not in b"".join(made.values()).decode()


@pytest.mark.clause("E-2(3)2", "H-23")
@pytest.mark.parametrize("part", ["title", "doc_number", "body", "interpretation"])
def test_everything_that_the_page_shows_of_the_record_is_checked(office: Office, part: str):
    office.correct(**{part: f"见{NUMBER}"})
    entry = office.begin()
    with pytest.raises(Refused, match="里出现了党内公开事项的题目或文号"):
        office.note(entry, AnswerNoted.SUBMITTED)
    office.correct(**{part: "机密★1年 13912345678"})
    office.note(entry, AnswerNoted.SUBMITTED)
    with pytest.raises(Refused, match="保密或隐私提示"):
        office.note(entry, AnswerNoted.APPROVED, COLLEAGUE)
    office.note(entry, AnswerNoted.APPROVED, COLLEAGUE, "单位公开的电话")


def test_a_record_that_was_opened_to_society_under_its_own_title_and_number_may_have_an_entry(office: Office):
    office.correct(scope=Scope.PARTY, doc_number="青发〔2026〕8号")
    office.correct(scope=Scope.PUBLIC)
    entry = office.public()
    assert f"{entry}.html" in office.site()[0]


@pytest.mark.clause("H-23", "H-25")
def test_an_entry_leaves_the_site_when_its_record_has_got_marks_since_that_nobody_has_read(office: Office):
    entry = office.public()
    office.correct(body="请打 13912345678")
    made, (left,) = office.site()
    assert f"{entry}.html" not in made
    assert left.id == entry
    assert "审定后这件事项更正过" in left.why
    assert "事项正文" in left.why
    assert "13912345678" not in left.why
    office.correct(body="请打政务服务热线")
    assert f"{entry}.html" in office.site()[0]


@pytest.mark.clause("H-23", "H-25")
def test_what_got_marks_after_the_approval_is_not_made_public(office: Office):
    entry = office.begin(WORDS)
    office.note(entry, AnswerNoted.SUBMITTED)
    office.note(entry, AnswerNoted.APPROVED, COLLEAGUE)
    office.correct(body="请打 13912345678")
    with pytest.raises(Refused, match=r"还没有人看过的.*事项正文有个人信息") as refused:
        office.note(entry, AnswerNoted.PUBLISHED)
    assert "13912345678" not in str(refused.value)
    office.note(entry, AnswerNoted.RETURNED, COLLEAGUE, "核对电话")
    office.note(entry, AnswerNoted.SUBMITTED)
    office.note(entry, AnswerNoted.APPROVED, COLLEAGUE, "单位公开的电话")
    office.note(entry, AnswerNoted.PUBLISHED)
    assert office.titles() == [WORDS.title]


@pytest.mark.clause("H-23")
def test_rules_that_came_after_the_approval_count_for_what_is_made_public_and_for_what_is(office: Office):
    public, waiting = office.public(), office.begin(WORDS)
    office.note(waiting, AnswerNoted.SUBMITTED)
    office.note(waiting, AnswerNoted.APPROVED, COLLEAGUE)
    word = WORDS.exchanges[0].answer[:4]
    later = replace(CHECKING, flags=text_check(secrecy_rules([word])))
    version, answering = office.one(waiting).now.version, replace(ANSWERING, checking=later)
    with pytest.raises(Refused, match=rf"还没有人看过的.*“{word}”（答复1）"):
        public_entries.note(office.store, meant(waiting, OFFICE), AnswerNoted.PUBLISHED, version, None, answering)
    with office.store.reading() as t:
        held, left = site_entries(t, later)
    assert ([one.id for one in held], [one.id for one in left]) == ([], [public])
    assert "检查规则变过" in left[0].why


def test_of_an_approval_that_does_not_say_what_was_read_the_versions_of_the_record_decide(office: Office):
    office.correct(NOON - HOUR, body="请打 13912345678")
    entry = office.public(reason="单位公开的电话")
    with office.store.transaction() as t:
        t.connection.execute(update(tables.answer_entry).values(read=None))
    assert office.titles() == [WORDS.title]
    office.correct(interpretation="也可以打 13887654321")
    assert [one.id for one in office.site()[1]] == [entry]


def test_marks_that_whoever_approved_has_read_stay_read_when_the_record_is_corrected(office: Office):
    office.correct(NOON - HOUR, body="请打 13912345678")
    entry = office.public(reason="单位公开的电话")
    assert office.titles() == [WORDS.title]
    office.correct(unit="供热办")
    assert office.titles() == [WORDS.title]
    office.correct(interpretation="也可以打 13887654321")
    assert [one.id for one in office.site()[1]] == [entry]


@pytest.mark.clause("E-2(4)")
def test_the_title_of_a_record_that_became_one_of_the_party_shows_only_to_those_who_may_read_it(office: Office):
    entry = office.begin()
    assert office.one(entry, ADMIN).record_title == "d1号方案"
    office.correct(scope=Scope.PARTY)
    for person in (ADMIN, EVALUATOR):
        assert office.one(entry, person).record_title == HIDDEN_TITLE
    assert office.one(entry).record_title == "d1号方案"


@pytest.mark.clause("H-44(1)")
def test_no_entry_and_no_site_holds_words_of_a_post(office: Office):
    entry = office.begin(said("有人说一家人昨天晚上冻得睡不着觉，已修好。"))
    for noted in (AnswerNoted.SUBMITTED,):
        with pytest.raises(Refused, match="帖文相同的文字"):
            office.note(entry, noted)
    office.public()
    made, _ = office.site()
    whole = b"".join(made.values()).decode()
    with office.store.reading() as t:
        assert office.incident is not None
        posts = t.posts.many(one.post_id for one in t.incidents.members(office.incident.id))
    assert len(posts) == 3
    assert not [post for post in posts.values() if post.text in whole or post.id in whole]


def test_of_several_entries_on_a_record_each_has_its_own_faults(office: Office):
    several = [
        WORDS,
        said("一家人昨天晚上冻得睡不着觉"),
        said("按《关于三起问题的党内通报》办理。"),
        said("水里有毒不属实"),
    ]
    with office.store.reading() as t:
        found = public_entries.faults_of_each(t, "d1", several, CHECKING)
        assert found == [public_entries.faults(t, "d1", words, CHECKING) for words in several]
    assert [len(one.forbid) for one in found] == [0, 1, 1, 1]


@pytest.mark.clause("E-2(3)2")
@pytest.mark.parametrize(
    "answer",
    ["按《关于三起问题的党内通报》办理。", "按青纪发[2026]１2号办理。", "按关于三起\u200b问题的“党内通报”办理。"],
)
def test_title_and_number_of_a_party_record_are_refused_however_they_are_typed(office: Office, answer: str):
    entry = office.begin(said(answer))
    with pytest.raises(Refused, match="党内公开事项"):
        office.note(entry, AnswerNoted.SUBMITTED)


@pytest.mark.clause("H-23", "H-25")
@pytest.mark.parametrize("text", ["请打 13912345678 找张科长", "机密★1年 管道图"])
def test_marks_of_secrecy_and_personal_data_ask_who_approves_for_a_reason(office: Office, text: str):
    entry = office.begin(said(text))
    office.note(entry, AnswerNoted.SUBMITTED)
    with pytest.raises(Refused, match="保密或隐私提示"):
        office.note(entry, AnswerNoted.APPROVED, COLLEAGUE)
    office.note(entry, AnswerNoted.APPROVED, COLLEAGUE, "单位公开的电话")


@pytest.mark.parametrize("noted", [AnswerNoted.RETURNED, AnswerNoted.APPROVED, AnswerNoted.DROPPED])
def test_a_reason_is_kept_masked(office: Office, noted: AnswerNoted):
    entry = office.begin()
    office.note(entry, AnswerNoted.SUBMITTED)
    office.note(entry, noted, COLLEAGUE, "来电人电话 13912345678，已核")
    with office.store.reading() as t:
        kept = (str(office.one(entry).entries[-1].reason), str(t.audit.newest(1)[0]))
    assert all("已核" in one and "13912345678" not in one for one in kept)


@pytest.mark.clause("H-42(1)")
def test_a_denial_needs_a_verification_record_on_an_incident_of_the_record(office: Office):
    entry = office.begin(said("水里有毒的说法不属实。"))
    with pytest.raises(Refused, match="没有核实记录"):
        office.note(entry, AnswerNoted.SUBMITTED)
    assert office.incident is not None
    finding = Finding("说水里有毒", Verdict.UNTRUE, "送检合格")
    verifying.verify(office.store, meant(office.incident.id, OFFICE), finding, ANSWERING)
    office.note(entry, AnswerNoted.SUBMITTED)


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (replace(WORDS, title=" "), "题目"),
        (replace(WORDS, exchanges=()), "至少写一个疑问"),
        (replace(WORDS, exchanges=(Exchange("问", " "),)), "都要有答复"),
        (replace(WORDS, done="长" * 4001), "每段最多"),
    ],
)
def test_what_is_empty_or_too_long_is_not_kept(office: Office, words: PublicWords, fault: str):
    with pytest.raises(Refused, match=fault):
        office.begin(words)


@pytest.mark.parametrize("role", [Role.UNIT, Role.DUTY, Role.EVALUATOR, Role.HEAD])
def test_only_the_office_writes_and_approves(office: Office, role: Role):
    somebody = Actor("某人", role, "住建局")
    with pytest.raises(Refused, match="没有权限"):
        office.begin(actor=somebody)
    entry = office.begin()
    office.note(entry, AnswerNoted.SUBMITTED)
    with pytest.raises(Refused, match="没有权限"):
        office.note(entry, AnswerNoted.APPROVED, somebody)
    assert office.all(UNIT) == []
    assert all(not one.acts for one in office.all(somebody))


def test_each_is_offered_what_they_may_do_now(office: Office):
    entry = office.begin()
    office.note(entry, AnswerNoted.SUBMITTED)
    mine, other = office.one(entry).acts, office.one(entry, COLLEAGUE).acts
    assert mine == {AnswerNoted.WRITTEN, AnswerNoted.RETURNED, AnswerNoted.DROPPED}
    assert other == mine | {AnswerNoted.APPROVED}


DEEDS = st.lists(
    st.tuples(st.sampled_from([one for one in AnswerNoted]), st.sampled_from([OFFICE, COLLEAGUE, UNIT])), max_size=10
)


@pytest.mark.clause("H-44(2)")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_no_sequence_of_deeds_brings_an_entry_out_without_the_approval_of_somebody_else(
    office: Office, deeds: list[tuple[AnswerNoted, Actor]]
):
    entry = office.begin()
    for noted, actor in deeds:
        try:
            if noted is AnswerNoted.WRITTEN:
                version = office.one(entry).now.version
                public_entries.write(office.store, meant(entry, actor), WORDS, version, CHECKING)
            elif noted is not AnswerNoted.ACKNOWLEDGED:
                office.note(entry, noted, actor, "理由")
        except Refused:
            continue
    now = office.one(entry).now
    out = f"{entry}.html" in office.site()[0]
    assert out is (now.state is AnswerState.PUBLISHED)
    if out:
        assert now.approved is not None
        assert now.approved.actor not in now.writers


def test_many_entries_are_read_with_as_many_questions_as_one_and_only_those_that_are_shown(office: Office):
    for _ in range(6):
        office.public()
    person = Person("王芳", "王芳", Role.OFFICE)
    with office.store.reading() as t:
        known = public_entries.listed(t, person)
        assert known == public_entries.listed(t, person, "d1")
        assert len(known) == 6
        assert public_entries.listed(t, person, "p1") == []
    counted = []
    for those in (known[:1], known):
        with office.store.reading() as t, asked(office.store) as statements:
            assert [one.answer for one in public_entries.entries(t, person, those)] == those
        counted.append(len(statements))
    assert counted[0] == counted[1]

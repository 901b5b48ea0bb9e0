"""A town whose closed incidents are evaluated, and a scenario played on it as a replay would."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from casework.papers import writing
from casework.reports.document import Letterhead
from huiying.scenario import read_scenario
from nlp.admission import without_personal_data
from pipeline import evaluating, papering
from pipeline.acts import Actor, Deps, attempt
from pipeline.evaluating import EvaluationPage, when_signed
from pipeline.evaluation_material import Evaluating
from pipeline.intake import receive_file_row
from pipeline.judging import Judging
from pipeline.meant import Meant
from pipeline.notify import page_only
from pipeline.owing import Owed
from pipeline.refusals import Refused
from pipeline.send import Sender
from pipeline.sweep import next_due, sweep
from records.actions import Act, Action
from records.incidents import Incident
from records.papers import OfficePaper, Table
from records.people import Person
from records.words import Category, Role, Sentiment
from regulation.calming import calming_rules
from regulation.evaluation import evaluation_rules
from regulation.risk import risk_rules
from regulation.severity import severity_rules
from regulation.source_health import source_health_rules
from regulation.time_limits import further_limits
from storage.store import Store
from tests.pipeline.clocks import TERMS, page
from tests.pipeline.known_answers import DAY, KEEP, NOON, KnownAnswers
from tests.pipeline.regrouped import Regrouped

BY = Evaluating(evaluation_rules(), calming_rules(), risk_rules(), source_health_rules(), without_personal_data)
CHIEF = Actor("赵主任", Role.OFFICE)
HOUSING = Actor("陈杰", Role.UNIT, "住建局")
SCHOOLS = Actor("李敏", Role.UNIT, "教体局")
EVALUATOR = Actor("钱评估", Role.EVALUATOR)
LETTERHEAD = Letterhead("舆情专报", "惠舆情", "区委、区政府", "区委办公室")
SCENARIOS = Path(__file__).parents[1] / "scenarios"
OWED = Owed(further_limits())
LATER = NOON + 3 * DAY


class Evaluated(Regrouped):
    """A town whose closed incidents are evaluated."""

    def __init__(self, store: Store, folder: Path) -> None:
        super().__init__(store, OWED)
        self.office = papering.Office(LETTERHEAD, folder / "reports", without_personal_data, signed=(when_signed(BY),))

    def page(self, incident: Incident, actor: Actor = CHIEF, at: datetime = LATER) -> EvaluationPage | None:
        assert actor.role is not None
        person = Person("p", actor.name, actor.role, actor.unit)
        with self.store.reading() as t:
            return evaluating.page(t, person, incident.id, at, BY)

    def draft(
        self, incident: Incident, actor: Actor = HOUSING, at: datetime = LATER, request: str | None = None
    ) -> int:
        return evaluating.draft(self.store, Meant(incident.id, actor, at, request), BY)

    def paper(self, number: int) -> OfficePaper:
        with self.store.reading() as t:
            found = t.papers.get(number)
        assert found is not None
        return found

    def meant(self, number: int, actor: Actor = CHIEF, at: datetime = LATER) -> Meant:
        return Meant(str(number), actor, at, None, self.paper(number).revision)

    def write(self, number: int, heading: str, text: str, actor: Actor = HOUSING) -> None:
        headings = [one.heading for one in self.paper(number).content.sections]
        papering.write_section(self.store, self.meant(number, actor), headings.index(heading), text, self.office)

    def refresh(self, incident: Incident, number: int, actor: Actor = HOUSING, at: datetime = LATER) -> None:
        evaluating.refresh(self.store, self.meant(number, actor, at), incident.id, BY)

    def sign(self, number: int, actor: Actor = CHIEF, at: datetime = LATER) -> OfficePaper:
        return papering.sign(self.store, self.meant(number, actor, at), self.office)

    def finish(self, incident: Incident, at: datetime = LATER) -> OfficePaper:
        """Draft, write and sign."""
        number = self.draft(incident, at=at)
        self.refresh(incident, number, at=at)
        self.write(number, "经验教训", "先通知再停热。")
        self.write(number, "责任认定", "没有。")
        return self.sign(number, at=at)

    def text(self, number: int) -> str:
        """The whole paper as a person would read it, tables too."""
        said = []
        for section in self.paper(number).content.sections:
            said += [section.heading, writing.text_of(section)]
            said += ["|".join(row) for block in section.blocks if isinstance(block, Table) for row in block.rows]
        return "\n".join(said)


def closing(at: datetime, record: str) -> Action:
    """Somebody closes the newest incident of a record."""
    return Action(at, "区委办值班室", Act.CLOSE, {"disclosure": record, "reason": "已处置"})


def played(store: Store, name: str, closings: Sequence[tuple[datetime, str]], folder: Path, end: datetime) -> None:
    """Play a written scenario with its true labels: posts, then actions, then timers; and close these records' incidents."""
    truth = json.loads((SCENARIOS / name / "truth.json").read_text("utf-8"))
    labels = {
        post_id: (
            Sentiment(one["sentiment"]),
            one["disclosure"],
            None if one["category"] is None else Category(one["category"]),
            one["duplicate_of"],
        )
        for post_id, one in truth["posts"].items()
    }
    scenario, rules = read_scenario(SCENARIOS / name), severity_rules()
    deps = Deps(rules, page_only, folder / "reports", LETTERHEAD, replay=True, owed=OWED)
    judging = Judging(store, lambda: KnownAnswers(labels), rules, page_only, owed=OWED)
    sender = Sender(store, {"page": page(store)}, "replay", TERMS)
    with store.transaction() as t:
        for record in scenario.disclosures:
            t.disclosures.add(record, record.published_at, "场景")
    posts = [one.post for one in scenario.posts]
    actions = [one.action for one in scenario.actions]
    actions += [closing(at, record) for at, record in closings]
    actions.sort(key=lambda one: one.at)
    now = posts[0].seen_at
    while now < end:
        coming = (actions[0].at if actions else None, next_due(store), end)
        upcoming = [one for one in coming if one is not None]
        now = max(min(upcoming), now)
        while posts and posts[0].seen_at <= now:
            post = posts.pop(0)
            with store.transaction() as t:
                receive_file_row(t, post, post.seen_at, KEEP)
        while judging.step(lambda waiting: waiting.at):
            pass
        while actions and actions[0].at <= now:
            action = actions.pop(0)
            try:
                attempt(store, action, Actor(action.actor, None), deps)
            except Refused:
                continue
        sweep(store, now, page_only)
        while sender.send_due(now, 500):
            pass

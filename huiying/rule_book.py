"""The rules in force by one state of the settings; each is read when it is first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from huiying.settings import BadSettings, Settings
from pipeline.answer_checks import Checking
from pipeline.answering import Answering
from pipeline.evaluation_material import Evaluating
from pipeline.notify import stored_contacts
from pipeline.owing import Owed
from pipeline.own_figures import Below
from pipeline.proposing import Desk as Proposing
from pipeline.risk import Assessing
from regulation.answers import answer_rules
from regulation.calming import CalmingRules, calming_rules
from regulation.closer_watch import CloserWatch, closer_watch
from regulation.disclosure_time import DisclosureTime, disclosure_time
from regulation.duty import DutyRules, duty_rules
from regulation.escalation import Escalation, escalation
from regulation.evaluation import EvaluationRules, evaluation_rules
from regulation.oversight import OversightRules, oversight_rules
from regulation.periodic import Periodic, periodic_rules
from regulation.platforms import PlatformRules, platform_rules
from regulation.procedures import Procedure, procedure
from regulation.releases import ReleaseRules, release_rules
from regulation.risk import RiskRules, risk_rules
from regulation.rule_rows import BadRules
from regulation.secrecy import SecrecyRules, secrecy_rules
from regulation.severity import SeverityRules, severity_rules
from regulation.source_health import HealthRules, source_health_rules
from regulation.suggestions import SuggestionRules, suggestion_rules
from regulation.telling import Telling, telling
from regulation.time_limits import BadTimeLimits, further_limits
from regulation.upward import UpwardRules, upward_rules
from regulation.watch_periods import WatchPeriods, watch_periods
from regulation.watched_records import WatchedRecords, watched_records


@dataclass(frozen=True)
class RuleBook:
    """The rules by these settings."""

    settings: Settings

    @cached_property
    def rules(self) -> SeverityRules:
        """The severity rules in force. Raises BadSettings."""
        try:
            return severity_rules(self.settings.rules.severity)
        except BadRules as error:
            raise BadSettings(str(error)) from None

    @cached_property
    def health_rules(self) -> HealthRules:
        """The rules in force on how sources fare. Raises BadSettings."""
        try:
            return source_health_rules(self.settings.rules.source_health)
        except BadRules as error:
            raise BadSettings(str(error)) from None

    @cached_property
    def telling(self) -> Telling:
        """The rules in force on when alerts go out. Raises BadSettings."""
        try:
            return telling(self.settings.rules.telling)
        except BadRules as error:
            raise BadSettings(str(error)) from None

    @cached_property
    def calming(self) -> CalmingRules:
        """When reaction counts as calmed down after an answer. Raises BadSettings."""
        try:
            return calming_rules(self.settings.rules.calming)
        except BadRules as error:
            raise BadSettings(str(error)) from None

    @cached_property
    def evaluation(self) -> EvaluationRules:
        """How the handling of a closed incident is scored. Raises BadSettings."""
        try:
            return evaluation_rules(self.settings.rules.evaluation)
        except BadRules as error:
            raise BadSettings(str(error)) from None

    @cached_property
    def evaluating(self) -> Evaluating:
        """By what incidents are evaluated. Raises BadSettings."""
        # Imported here: the words by which names are known take room, and only an evaluation is masked with them.
        from nlp.admission import without_personal_data

        return Evaluating(self.evaluation, self.calming, self.risk_rules, self.health_rules, without_personal_data)

    @cached_property
    def oversight(self) -> OversightRules:
        """The rules in force on when something is wrong with the desk itself. Raises BadSettings."""
        try:
            return oversight_rules(self.settings.rules.oversight)
        except BadRules as error:
            raise BadSettings(str(error)) from None

    @cached_property
    def escalation(self) -> Escalation:
        """The rules in force on who is told as well when nobody acknowledges. Raises BadSettings."""
        try:
            return escalation(self.settings.rules.escalation)
        except BadRules as error:
            raise BadSettings(str(error)) from None

    @cached_property
    def duty_rules(self) -> DutyRules:
        """The rules in force on the duty roster. Raises BadSettings."""
        try:
            return duty_rules(self.settings.rules.duty)
        except BadRules as error:
            raise BadSettings(str(error)) from None

    @cached_property
    def upward(self) -> UpwardRules:
        """The rules in force on who is told upward. Raises BadSettings."""
        try:
            return upward_rules(self.settings.rules.upward)
        except BadRules as error:
            raise BadSettings(str(error)) from None

    @cached_property
    def suggestion_rules(self) -> SuggestionRules:
        """The rules in force on suggestions. Raises BadSettings."""
        try:
            return suggestion_rules(self.settings.rules.suggestions)
        except BadRules as error:
            raise BadSettings(str(error)) from None

    @cached_property
    def owed(self) -> Owed:
        """What is owed for incidents beside report and acknowledgement. Raises BadSettings."""
        try:
            return Owed(further_limits(self.settings.rules.profiles), self.upward)
        except (BadRules, BadTimeLimits) as error:
            raise BadSettings(str(error)) from None

    @cached_property
    def watch_periods(self) -> WatchPeriods:
        """Into which periods the patrol log cuts a day. Raises BadSettings."""
        try:
            return watch_periods(self.settings.rules.watch_periods)
        except BadRules as error:
            raise BadSettings(str(error)) from None

    @cached_property
    def platforms(self) -> PlatformRules:
        """Where the office publishes. Raises BadSettings."""
        try:
            return platform_rules(self.settings.rules.platforms)
        except BadRules as error:
            raise BadSettings(str(error)) from None

    @cached_property
    def disclosure_time(self) -> DisclosureTime:
        """The rules in force on until when something must be published. Raises BadSettings."""
        try:
            return disclosure_time(self.settings.rules.disclosure_time)
        except BadRules as error:
            raise BadSettings(str(error)) from None

    @cached_property
    def release_rules(self) -> ReleaseRules:
        """The rules in force on the release calendar. Raises BadSettings."""
        try:
            return release_rules(self.settings.rules.releases)
        except BadRules as error:
            raise BadSettings(str(error)) from None

    @cached_property
    def periodic(self) -> Periodic:
        """The rules in force on the papers of periods. Raises BadSettings."""
        try:
            return periodic_rules(self.settings.rules.periodic)
        except BadRules as error:
            raise BadSettings(str(error)) from None

    @cached_property
    def watched_records(self) -> WatchedRecords:
        """The rules in force on which records posts are read beside. Raises BadSettings."""
        try:
            return watched_records(self.settings.rules.watched_records)
        except BadRules as error:
            raise BadSettings(str(error)) from None

    @cached_property
    def procedure(self) -> Procedure:
        """The course of new proposals. Raises BadSettings."""
        try:
            return procedure(self.settings.rules.procedure)
        except BadRules as error:
            raise BadSettings(str(error)) from None

    @cached_property
    def closer_watch(self) -> CloserWatch:
        """How records of a higher risk are watched. Raises BadSettings."""
        try:
            closer = closer_watch(self.settings.rules.closer_watch)
            closer.lowered(self.rules)
        except BadRules as error:
            raise BadSettings(str(error)) from None
        return closer

    @cached_property
    def below_own_figures(self) -> Below:
        """What the office's own figures of the severity rules stand over. Raises BadSettings."""
        return Below(self.settings.rules.severity, self.closer_watch)

    @cached_property
    def risk_rules(self) -> RiskRules:
        """How risk is assessed before a decision is published. Raises BadSettings."""
        try:
            return risk_rules(self.settings.rules.risk)
        except BadRules as error:
            raise BadSettings(str(error)) from None

    @cached_property
    def assessing(self) -> Assessing:
        """What keeps risk assessments. Raises BadSettings."""
        # Imported here: the words by which names are known take room, and only a filled-in form is masked with them.
        from nlp.admission import without_personal_data

        return Assessing(self.settings.organisation.office_name, self.risk_rules, without_personal_data)

    @cached_property
    def secrecy_rules(self) -> SecrecyRules:
        """What a form is checked for before it is published. Raises BadSettings."""
        try:
            return secrecy_rules(self.settings.rules.secrecy_words)
        except BadRules as error:
            raise BadSettings(str(error)) from None

    @cached_property
    def answering(self) -> Answering:
        """What takes answers to the public through their course. Raises BadSettings."""
        # Imported here: the words by which names are known take room, and only a draft is checked with them.
        from nlp.admission import without_personal_data
        from pipeline.secrecy_check import text_check

        rules = self.secrecy_rules
        checking = Checking(answer_rules(), text_check(rules), rules.personal_label)
        return Answering(checking, without_personal_data, stored_contacts)

    @cached_property
    def proposing(self) -> Proposing:
        """What takes proposals through their course. Raises BadSettings."""
        # Imported here: the words by which names are known take room, and only a form is checked with them.
        from pipeline.secrecy_check import secrecy_check

        return Proposing(self.settings.organisation.office_name, self.procedure, secrecy_check(self.secrecy_rules))

    def check(self) -> None:
        """Read every rule that the settings may change. Raises BadSettings."""
        _ = (
            self.calming,
            self.closer_watch,
            self.disclosure_time,
            self.duty_rules,
            self.escalation,
            self.evaluation,
            self.health_rules,
            self.oversight,
            self.owed,
            self.periodic,
            self.platforms,
            self.procedure,
            self.release_rules,
            self.risk_rules,
            self.rules,
            self.secrecy_rules,
            self.suggestion_rules,
            self.telling,
            self.watch_periods,
            self.watched_records,
        )

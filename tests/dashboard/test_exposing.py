"""The address for a monitoring system over HTTP: who may read it, and that its text is what Prometheus reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event
from starlette.applications import Starlette
from starlette.middleware import Middleware

from dashboard.backstage import Backstage
from dashboard.exposing import exposition
from dashboard.gate import Gate
from dashboard.routes import Routes
from huiying.wiring import Desk
from pipeline.metrics import Metric, Sample
from tests.dashboard.test_routes import listening

ROOT = Path(__file__).parents[2]
SELECTOR = r"(?P<name>huiying_\w+)(?P<labels>\{[^}]*\})?"
TOKEN = "a-token-of-24-characters"


@pytest.fixture
def protected(backstage: Backstage, tmp_path: Path) -> Backstage:
    """The parts of a desk whose settings name a token."""
    file = tmp_path / "metrics.token"
    file.write_text(TOKEN, "utf-8")
    file.chmod(0o600)
    settings = backstage.settings
    with_token = settings.model_copy(update={"desk": settings.desk.model_copy(update={"metrics_token_file": file})})
    return replace(backstage, desk=Desk(with_token, backstage.desk.clock, free=lambda _: 7 * 1024**3))


@contextmanager
def served(parts: Backstage) -> Iterator[httpx.Client]:
    app = Starlette(
        routes=Routes(parts, "").all([]), middleware=[Middleware(Gate, parts=parts, policy="default-src 'self'")]
    )
    with listening(app) as base, httpx.Client(base_url=base) as client:
        yield client


def get(client: httpx.Client, authorization: str | None = f"Bearer {TOKEN}") -> httpx.Response:
    return client.get("/metrics", headers={} if authorization is None else {"Authorization": authorization})


def test_without_a_token_in_the_settings_the_address_is_not_there(backstage: Backstage):
    with served(backstage) as client:
        assert get(client).status_code == 404


@pytest.mark.parametrize("given", [None, "", "Bearer", "Bearer wrong", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x"])
def test_without_the_right_token_no_query_is_run(protected: Backstage, given: str | None):
    queries: list[str] = []
    event.listen(protected.store.engine, "before_cursor_execute", lambda *args: queries.append(args[2]))
    with served(protected) as client:
        answer = get(client, given)
    assert (answer.status_code, answer.headers["WWW-Authenticate"], queries) == (401, "Bearer", [])


def test_with_the_token_prometheus_reads_figures(protected: Backstage):
    with protected.store.transaction() as t:
        t.clock.beat("clock@here", protected.now())
    with served(protected) as client:
        answer = get(client)
    assert answer.status_code == 200
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    assert families["huiying_heartbeat_age_seconds"].samples[0].labels == {"worker": "clock"}
    assert families["huiying_disk_free_bytes"].samples[0].value == 7 * 1024**3
    assert all(family.type == "gauge" for family in families.values())


def test_a_token_file_that_others_may_read_lets_nobody_in(protected: Backstage):
    assert protected.settings.desk.metrics_token_file is not None
    protected.settings.desk.metrics_token_file.chmod(0o644)
    with served(protected) as client:
        assert get(client).status_code == 503


def test_a_data_folder_that_cannot_be_looked_at_hides_no_other_figure(protected: Backstage):
    def gone(_: Path) -> int:
        raise OSError("gone")

    with served(replace(protected, desk=replace(protected.desk, free=gone))) as client:
        text = get(client).text
    assert "\nhuiying_disk_free_bytes " not in text
    assert "\nhuiying_posts_waiting 0.0" in text


def test_marks_in_a_label_cannot_forge_a_line():
    forged = 'a"} 1\nhuiying_up 0\\'
    text = exposition([Metric("outbox", "说明", [Sample(1, {"channel": forged})])]).decode()
    (family,) = text_string_to_metric_families(text)
    assert [(one.labels, one.value) for one in family.samples] == [({"channel": forged}, 1.0)]


def test_every_figure_that_the_sample_rules_ask_for_is_answered(protected: Backstage):
    with protected.store.transaction() as t:
        t.clock.beat("clock@here", protected.now())
        t.alerts.note_failure("email", protected.now(), "no answer")
    with served(protected) as client:
        families = {family.name: family for family in text_string_to_metric_families(get(client).text)}
    [group] = yaml.safe_load((ROOT / "docs" / "prometheus-rules.yml").read_text("utf-8"))["groups"]
    asked = [selector for rule in group["rules"] for selector in re.finditer(SELECTOR, rule["expr"])]
    assert len(asked) >= len(group["rules"]) - 1  # `up` is Prometheus' own
    for selector in asked:
        labels = dict(re.findall(r'(\w+)="([^"]*)"', selector["labels"] or ""))
        answered = [sample.labels for sample in families[selector["name"]].samples]
        assert any(labels.items() <= held.items() for held in answered), selector[0]
        named = {label for rule in group["rules"] if selector[0] in rule["expr"] for label in labels_named(rule)}
        assert all(named <= held.keys() for held in answered), selector[0]


def labels_named(rule: dict[str, Any]) -> set[str]:
    """The labels that the rule's own words fill in."""
    return set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))

"""The figures of a whole running stack, and that rules and dashboard ask for nothing that is not there."""

import json
import urllib.request
from collections.abc import Iterator

import pytest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from hristudio_core.cli._verb import Exit
from hristudio_core.ops.share import CHECKOUT
from tests.servers.monitoring import asked_for
from tests.servers.stack import Stack, command
from tests.servers.waiting import WAIT_S, until

GREETING = str(CHECKOUT / "config" / "protocols" / "greeting.yaml")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack on which a trial has been run, by a robot in a hurry."""
    folder = tmp_path_factory.mktemp("figures")
    hurried = folder / "hurried.yaml"
    hurried.write_text("/**/sim_robot:\n  ros__parameters:\n    time_scale: 20.0\n")
    stack = Stack(folder / "data", f"--params-file={hurried}").wait_ready()
    words = ("trial", "run", GREETING, "--wizard", "auto", "--seed", "7", "--mode", "pilot", "--json")
    done = command(*words, data=stack.data)
    assert done.returncode == Exit.OK, done.stderr
    yield stack
    stack.end()


def scrape(stack: Stack) -> list[Metric]:
    """Ask dashboard and bridge, as Prometheus would."""
    found: list[Metric] = []
    for name in ("dashboard", "bridge"):
        url = stack.ready["addresses"][name].replace("ws://", "http://").rstrip("/") + "/metrics"
        with urllib.request.urlopen(url, timeout=WAIT_S) as answer:
            found += text_string_to_metric_families(answer.read().decode())
    return found


def value(stack: Stack, name: str, **labels: str) -> float:
    samples = [one for metric in scrape(stack) for one in metric.samples if one.name == name]
    return sum(one.value for one in samples if labels.items() <= one.labels.items())


def test_a_trial_has_left_its_figures(stack: Stack) -> None:
    def told(name: str, **labels: str) -> float:
        return value(stack, f"hristudio_{name}", **labels)

    until(lambda: told("trials_started_total", mode="pilot") == 1, "the trial in PostgreSQL")
    until(lambda: told("journal_depth_events", robot="default") == 0, "an empty journal")
    until(lambda: told("skill_acceptance_seconds_count", robot="default", skill="say"), "what was accepted")
    done = {"robot": "default", "skill": "say", "outcome": "succeeded"}
    until(lambda: told("skill_seconds_count", **done), "what was done")
    assert 0 < told("skill_acceptance_seconds_sum") < told("skill_seconds_sum")
    # The dashboard has three connections to the bridge; both say the same.
    until(lambda: told("bridge_client_count") == told("bridge_clients") >= 3, "three connections")
    until(lambda: told("check", check="database") == 1, "the database found well")


def test_rules_and_dashboard_ask_for_nothing_that_is_not_there(stack: Stack) -> None:
    def missing() -> set[str]:
        metrics = scrape(stack)
        there = {sample.name for metric in metrics for sample in metric.samples}
        # Nothing was refused yet, so there is no sample of it.
        return asked_for() - there - {f"{one.name}_total" for one in metrics if one.type == "counter"}

    until(lambda: not missing(), f"no more missing than {missing()}")


def test_the_json_says_the_same(stack: Stack) -> None:
    with urllib.request.urlopen(
        f"{stack.ready['addresses']['dashboard']}/api/metrics", timeout=WAIT_S
    ) as answer:
        told = json.loads(answer.read())
    counts = [one for one in told["hristudio_skill_seconds"]["samples"] if one["name"].endswith("_count")]
    assert sum(one["value"] for one in counts) == value(stack, "hristudio_skill_seconds_count")

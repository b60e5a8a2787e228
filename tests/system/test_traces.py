"""One trace from the browser's click to the robot, through real processes to a collector on loopback."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import socketio

from hristudio_core.store import LAB_BENCH
from tests.servers.collector import Collector, SeenSpan, collector
from tests.servers.guides import GUIDES, run_guide
from tests.servers.posthog import KEY, PostHog, posthog
from tests.servers.stack import Stack
from tests.servers.waiting import until

PATIENCE_S = 60.0
CLICK = "click-of-a-browser"
PERSON = "P-4711-secret"
CLIENT, SERVER = 3, 2


class Wizard:
    """Somebody at a browser, signed in."""

    def __init__(self, stack: Stack) -> None:
        self.url = stack.ready["addresses"]["dashboard"].rstrip("/")
        self.session = requests.Session()
        self.session.trust_env = False
        link = stack.ready["sign_in"]
        self.session.post(link, data={"csrf_token": self.csrf(link)}, timeout=PATIENCE_S).raise_for_status()
        cookies = "; ".join(f"{name}={value}" for name, value in self.session.cookies.items())
        self.socket = socketio.SimpleClient()
        self.socket.connect(
            self.url, headers={"Cookie": cookies}, transports=["websocket"], wait_timeout=PATIENCE_S
        )
        robots = self.session.get(f"{self.url}/api/v1/robots", timeout=PATIENCE_S).json()["robots"]
        self.robot: dict[str, Any] = robots[0]

    def csrf(self, address: str) -> str:
        return self._read(address, 'name="csrf-token" content="([^"]+)"')

    def _read(self, address: str, pattern: str) -> str:
        found = re.search(pattern, self.session.get(address, timeout=PATIENCE_S).text)
        assert found
        return found[1]

    def healthy(self) -> bool:
        """Tell whether all that a trial needs is there: nodes start with the dashboard."""
        return self.session.get(f"{self.url}/api/health", timeout=PATIENCE_S).json()["status"] == "healthy"

    def start(self, protocol: str) -> None:
        """Start a rehearsal from the page."""
        address = f"{self.url}/start/{protocol}"
        form = {"csrf_token": self.csrf(address), "robot": self.robot["id"], "mode": "rehearsal"}
        form["digest"] = self._read(address, 'name="digest" value="([^"]+)"')
        form |= {"study": LAB_BENCH, "participant": PERSON, "seed": "7"}
        answer = self.session.post(address, data=form, timeout=PATIENCE_S, allow_redirects=False)
        assert answer.status_code == 303, re.sub("<[^>]*>", "", answer.text)

    def click(self, event: str, **payload: Any) -> dict[str, Any]:
        """Do what a button of the cockpit does."""
        answer: dict[str, Any] = self.socket.call(
            event, {"robot": self.robot["id"], **payload}, timeout=PATIENCE_S
        )
        assert answer["accepted"], answer
        return answer

    def state(self) -> dict[str, Any]:
        answer = self.session.get(f"{self.url}/api/v1/robots/{self.robot['id']}", timeout=PATIENCE_S)
        return answer.json()["state"]

    def close(self) -> None:
        self.socket.disconnect()
        self.session.close()


@pytest.fixture(scope="module")
def counted() -> Iterator[PostHog]:
    """What is told of the use of the stack."""
    with posthog() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def seen(data: Path, counted: PostHog) -> Iterator[Collector]:
    """Everything that a stack told of a trial that was begun, answered and aborted."""
    with collector() as receiver:
        environment = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url,
            "OTEL_EXPORTER_OTLP_HEADERS": "x-lab=four",
            "OTEL_BSP_SCHEDULE_DELAY": "100",
            "HRISTUDIO_ANALYTICS": "posthog",
            "POSTHOG_KEY": KEY,
            "POSTHOG_HOST": counted.url,
        }
        stack = Stack(data, environment=environment)
        try:
            wizard = Wizard(stack.wait_ready())
            until(wizard.healthy, "the robot", PATIENCE_S)
            wizard.start("greeting")
            trial = until(lambda: wizard.state().get("trial_id"), "a trial", PATIENCE_S)
            seat = wizard.click("seat", operation="claim", trial=trial)["seat_token"]
            prompt = until(lambda: wizard.state().get("prompts"), "a question", PATIENCE_S)[0]["id"]
            said = {"id": CLICK, "trial": trial, "seat": seat}
            wizard.click("decide", **said, prompt=prompt, option="yes")
            wizard.click("intervene", **said, intervention="nod")
            wizard.click("control", **said, command="abort", reason="seen enough")
            until(lambda: receiver.spans("RunTrial", "trial_manager"), "the end of the trial", PATIENCE_S)
            until(lambda: receiver.spans("write events", "event_logger"), "events written", PATIENCE_S)
            until(lambda: counted.told("trial.ended"), "the end of the trial to be counted", PATIENCE_S)
            wizard.close()
        finally:
            # What waits is sent at the end of each process.
            assert stack.end() == 0, stack.text
        yield receiver


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the stack."""
    return tmp_path_factory.mktemp("traces") / "data"


def only(spans: list[SeenSpan], wanted: Callable[[SeenSpan], bool] = lambda _: True) -> SeenSpan:
    (found,) = (span for span in spans if wanted(span))
    return found


def child(seen: Collector, parent: SeenSpan, name: str, process: str) -> SeenSpan:
    """The one span of a name and process whose parent is another."""
    found = only(seen.spans(name, process), lambda span: span.parent == parent.id)
    assert found.trace == parent.trace
    return found


def test_a_click_is_one_trace_down_to_the_robot(seen: Collector) -> None:
    click = only(seen.spans("command intervene", "web"))
    assert (click.parent, click.kind) == ("", SERVER)
    assert click.values["hristudio.request_id"] == CLICK
    sent = child(seen, click, "call_service", "web")
    passed = child(seen, sent, "call_service", "bridge")
    assert (sent.kind, passed.kind) == (CLIENT, SERVER)
    taken = child(seen, passed, "Intervene", "trial_manager")
    child(seen, taken, "journal", "trial_manager")
    done = child(seen, taken, "ExecuteSkill", "skill_server")
    assert done.values["hristudio.skill"] == "gesture"
    # The intervention, and the request for a skill that it caused.
    assert len({taken.values["hristudio.event"], done.values["hristudio.event"], ""}) == 3


def test_a_decision_is_one_trace_and_what_follows_from_it_too(seen: Collector) -> None:
    click = only(seen.spans("command decide", "web"))
    taken = only(seen.spans("Decide", "trial_manager"), lambda span: span.trace == click.trace)
    assert [span.process for span in seen.spans("ExecuteSkill") if span.parent == taken.id]


def test_a_trial_begun_at_a_page_is_a_trace(seen: Collector) -> None:
    request = only(seen.spans("POST /start/<name>", "web"))
    assert request.values["http.response.status_code"] == 303
    sent = child(seen, request, "send_action_goal", "web")
    trial = child(seen, child(seen, sent, "send_action_goal", "bridge"), "RunTrial", "trial_manager")
    assert trial.values["hristudio.outcome"] == "aborted"
    # The first skill is asked for as the trial begins, by nobody else.
    assert [span for span in seen.spans("ExecuteSkill", "skill_server") if span.trace == trial.trace]


def test_batches_written_to_the_database_are_spans(seen: Collector) -> None:
    assert sum(span.values["db.operation.batch.size"] for span in seen.spans("write events")) > 5


def test_no_person_is_in_any_of_it(seen: Collector) -> None:
    told = repr([(span, span.values) for span in seen.spans()])
    for word in (PERSON, "seen enough", "127.0.0.1", "@", "sign-in/ey"):
        assert word not in told
    assert all(headers.get("x-lab") == "four" for headers in seen.headers_seen)
    assert {span.service for span in seen.spans(process="bridge")} == {"hristudio-bridge"}


@pytest.mark.usefixtures("seen")
def test_the_trial_is_counted_and_nobody_with_it(counted: PostHog) -> None:
    assert counted.told("trial.started") == [{"mode": "rehearsal"}]
    assert counted.told("trial.ended") == [{"outcome": "aborted"}]
    assert {"page": "start.prepare"} in counted.told("page.viewed")
    told = b"".join(body for _, _, body in counted.heard).decode()
    assert [word for word in (PERSON, CLICK, "seen enough", "127.0.0.1", "@") if word in told] == []


def test_the_guide_leads_from_the_log_to_the_record_and_to_the_trace(seen: Collector, data: Path) -> None:
    click = only(seen.spans("command decide", "web"))
    taken = only(seen.spans("Decide", "trial_manager"), lambda span: span.trace == click.trace)
    names = {"REQUEST_ID": CLICK, "TRIAL": "last", "EVENT_ID": taken.values["hristudio.event"]}
    environment = {**names, "HRISTUDIO_DATA": str(data)}
    logged, recorded = run_guide(
        GUIDES / "logging.md", environment, data, mark="commands of a trial"
    ).values()
    for word in (click.trace, names["EVENT_ID"], click.values["hristudio.trial"]):
        assert word in logged
    assert "prompt.answered" in recorded
    assert f'"caused_by":"{names["EVENT_ID"]}"' in recorded


def test_the_guide_names_the_spans_that_there_are(seen: Collector) -> None:
    section = (GUIDES / "logging.md").read_text().partition("## Traces")[2]
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", section, re.MULTILINE)
    assert {process for process, _ in rows} == {span.process for span in seen.spans()}
    for process, words in rows:
        known = {span.name for span in seen.spans(process=process)}
        assert set(re.findall(r"`(\w+)`", words)) <= known, process

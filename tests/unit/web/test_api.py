"""The REST API is what its own OpenAPI document says, for whatever is sent to it."""

from copy import deepcopy
from datetime import datetime, timezone
from io import BytesIO
from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate
from schemathesis.specs.openapi.checks import positive_data_acceptance

from hristudio_core.store import LAB_BENCH, Plan, Role, StudyRole
from hristudio_web.api.outline import kind_of
from tests.servers.dashboard import TestDashboard
from tests.servers.web_client import csrf_of, signed_in
from tests.unit.web.test_routes import stored_trial

EXAMPLES = 15
SOON = Plan(datetime(2027, 1, 5, 9, tzinfo=timezone.utc), "P01", "greeting", "ab" * 32, "pilot")
NEED_MORE = ("control", "annotate", "release", "seat")
"""Commands with a rule that stands in no schema, such as that a reason is needed."""


@pytest.fixture(scope="module")
def client(dashboard: TestDashboard) -> FlaskClient:
    return signed_in(dashboard, Role.ADMINISTRATOR)


@pytest.fixture(scope="module")
def document(client: FlaskClient) -> dict[str, Any]:
    return client.get("/api/v1/openapi.json").get_json()


@pytest.fixture
def described(dashboard: TestDashboard, document: dict[str, Any]) -> Any:
    told = deepcopy(document)
    # Left in, tokens and cookies are made up as well, and no request gets past the guard.
    del told["security"], told["components"]["securitySchemes"]
    schema = schemathesis.openapi.from_dict(told)
    schema.app = dashboard.dashboard.app
    return schema


def test_the_document_is_openapi(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_address_under_v1_is_described(dashboard: TestDashboard, document: dict[str, Any]) -> None:
    rules = [
        rule for rule in dashboard.dashboard.app.url_map.iter_rules() if rule.rule.startswith("/api/v1/")
    ]
    served = {
        (rule.rule.replace("<int:", "<").replace("<", "{").replace(">", "}"), method.lower())
        for rule in rules
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    told = {(path, method) for path, methods in document["paths"].items() for method in methods}
    assert served - {("/api/v1/openapi.json", "get")} == told


def test_names_of_operations_are_unique(document: dict[str, Any]) -> None:
    names = [one["operationId"] for path in document["paths"].values() for one in path.values()]
    assert len(names) == len(set(names))


def test_a_page_shows_every_operation(client: FlaskClient, document: dict[str, Any]) -> None:
    text = client.get("/api/").text
    for path in document["paths"].values():
        for one in path.values():
            assert f'id="{one["operationId"]}"' in text


def tried(operation: Any, there: dict[str, str], sender: dict[str, Any]) -> set[int]:
    """Send whatever fits an operation, half of it about things that are there; give the answers' statuses."""
    seen: set[int] = set()

    @given(case=operation.as_strategy(), real=st.booleans())
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=[*HealthCheck])
    def check(case: schemathesis.Case, real: bool) -> None:
        if real:
            case.path_parameters.update({k: v for k, v in there.items() if k in case.path_parameters})
        # Some rules stand in no schema, such as that skipping needs a reason.
        answer = case.call_and_validate(**sender, excluded_checks=[positive_data_acceptance])
        seen.add(answer.status_code)

    check()
    return seen


def test_answers_are_as_described(dashboard: TestDashboard, client: FlaskClient, described: Any) -> None:
    there = {
        "name": "default",
        "flag": "camera",
        "trial_id": stored_trial(dashboard),
        "account_id": dashboard.people[StudyRole.OBSERVER].id,
        "study_id": LAB_BENCH,
        "number": 1,
        "participant_id": dashboard.add_participant(),
        "experiment_id": dashboard.experiments.create(LAB_BENCH, "Distance").id,
        "plan_id": dashboard.plans.create(LAB_BENCH, SOON).id,
    }
    media = dashboard.dashboard.app.extensions["hristudio"].media
    media.put(f"trials/{there['trial_id']}/default", BytesIO(b"a recording"))
    version = {"version": "1", "digest": "a" * 64, "canonical": "{}", "source": "a: 1"}
    dashboard.protocols.save(LAB_BENCH, name=there["name"], **version)
    headers = {"X-CSRFToken": csrf_of(client)}
    cookies = {one.key: one.value for one in client._cookies.values()}
    statuses = {}
    for found in described.get_all_operations():
        operation = found.ok()
        # An operation before may have taken them out of the team.
        dashboard.accounts.join(there["account_id"], LAB_BENCH, StudyRole.OBSERVER)
        statuses[operation.label] = tried(operation, there, {"headers": headers, "cookies": cookies})
    assert len(statuses) > 25
    assert {401, 403} & set().union(*statuses.values()) == set()
    dull = {label for label, seen in statuses.items() if not any(status < 300 for status in seen)}
    # Whatever is made up is no protocol's digest, no password, no token's id, nobody's address, no
    # participant's code and no list of them; and no trial is running.
    assert dull <= {
        "DELETE /api/v1/studies/{study_id}/participants/{participant_id}/person",
        "POST /api/v1/studies/{study_id}/participants/import",
        "POST /api/v1/studies/{study_id}/plan",
        "POST /api/v1/studies/{study_id}/trials",
        "PUT /api/v1/studies/{study_id}/plan/{plan_id}",
        "POST /api/v1/studies/{study_id}/team",
        "POST /api/v1/studies/{study_id}/protocols",
        "POST /api/v1/me/proof",
        "DELETE /api/v1/me/tokens/{token_id}",
        *(f"POST /api/v1/robots/{{name}}/{name}" for name in NEED_MORE),
    }


@pytest.mark.parametrize("body", [b"{", b"[]", b"5", b'"text"', b"\xff"])
def test_a_body_that_is_no_object_is_refused(client: FlaskClient, body: bytes) -> None:
    answer = client.post(
        "/api/v1/robots/default/stop",
        data=body,
        headers={"X-CSRFToken": csrf_of(client), "Content-Type": "application/json"},
    )
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")


def test_each_value_that_cannot_be_taken_is_named(client: FlaskClient) -> None:
    answer = client.get("/api/v1/trials?limit=0")
    assert answer.status_code == 422
    assert "limit" in answer.get_json()["errors"][0]


def test_a_command_acts_as_the_live_page_does(dashboard: TestDashboard, client: FlaskClient) -> None:
    headers = {"X-CSRFToken": csrf_of(client)}
    stopped = client.post("/api/v1/robots/default/stop", json={"reason": "too close"}, headers=headers)
    assert stopped.get_json()["accepted"]
    assert dashboard.trial.robot["stopped"]
    bare = client.post("/api/v1/robots/default/release", json={}, headers=headers)
    assert (bare.status_code, bare.get_json()["code"]) == (400, "bad_request")
    freed = client.post("/api/v1/robots/default/release", json={"reason": "clear"}, headers=headers)
    assert freed.get_json()["accepted"]
    assert not dashboard.trial.robot["stopped"]


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 9}, "integer, 1 to 9"),
        ({"type": "string", "maxLength": 5}, "string, at most 5 characters"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string or null"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Trial"}}, "list of Trial"),
        ({"enum": ["a", "b"]}, '"a" or "b"'),
        ({}, "any value"),
    ],
)
def test_kinds_are_said_in_few_words(schema: dict[str, Any], words: str) -> None:
    assert kind_of(schema) == words

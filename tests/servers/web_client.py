"""HTTP clients of people who are signed in, without a socket in between."""

import secrets

from flask.testing import FlaskClient

from hristudio_core.store import Role, StudyRole
from tests.servers.dashboard import TestDashboard


def csrf_of(client: FlaskClient, path: str = "/sign-in") -> str:
    """Read the token that a page's forms carry."""
    text = client.get(path).get_data(as_text=True)
    return text.split('name="csrf-token" content="')[1].split('"')[0]


def signed_in(dashboard: TestDashboard, role: Role | StudyRole) -> FlaskClient:
    """Give a client that has used a link of somebody of a role."""
    client = dashboard.dashboard.app.test_client()
    # An address of its own each: sign-ins are counted by address.
    client.environ_base["REMOTE_ADDR"] = (
        f"10.{secrets.randbelow(256)}.{secrets.randbelow(256)}.{secrets.randbelow(256)}"
    )
    token = dashboard.link(role).rsplit("/", 1)[1]
    answer = client.post(f"/sign-in/{token}", data={"csrf_token": csrf_of(client)})
    assert answer.status_code == 303
    return client

"""auth: signing in with a token.

rosbridge's own `auth` of ROS 1 carried a MAC that a rosauth node checked. It is gone from the protocol
text; the operation's name is taken here for a token. Who sends the old form is told so.
"""

from typing import TYPE_CHECKING

from hristudio_bridge.errors import Denied
from hristudio_bridge.ops.operation import Model, Operation

if TYPE_CHECKING:
    from hristudio_bridge.session import Session


class Auth(Model, frozen=True, kw_only=True):
    """Fields of `auth`."""

    token: str | None = None
    mac: str | None = None


def auth(session: "Session", op: Auth) -> None:
    """Take the identity that a token proves."""
    if op.token is None:
        raise Denied("a token is needed" + (": authentication by mac is not supported" if op.mac else ""))
    if session.bridge.tokens is None:
        session.status("info", "no sign-in is needed", op.id, always=True)
        return
    identity = session.bridge.tokens.identify(op.token)
    if session.holdings and identity.role != session.identity.role:
        raise Denied("the role cannot change while topics, services or goals are in use")
    session.sign_in(identity)
    session.status("info", f"signed in as {identity.subject} ({identity.role})", op.id, always=True)


OPERATIONS = (Operation("auth", Auth, auth, open=True),)

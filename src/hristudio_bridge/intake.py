"""What a client sends: websocket messages -> operations carried out, or refused."""

import asyncio
import logging
from typing import Any

import msgspec

from hristudio_bridge.access import ANONYMOUS
from hristudio_bridge.errors import BridgeError, Denied, InvalidOperation, LimitExceeded, MalformedFrame
from hristudio_bridge.frames import FrameReader, Message
from hristudio_bridge.ops import Operation, as_id
from hristudio_bridge.session import Session
from hristudio_bridge.throttle import Bucket

# who has not signed in yet needs no more than this
MAX_ANONYMOUS_BYTES = 65_536
LONGEST_NAME = 200


class Intake:
    """Takes the messages of one client."""

    def __init__(self, session: Session, operations: dict[str, Operation]) -> None:
        settings = session.bridge.settings
        self._session, self._operations = session, operations
        self._reader = FrameReader(settings.max_message_size)
        # a second's worth of messages may come at once
        self._bucket = Bucket(settings.max_rate, max(settings.max_rate, 1.0))

    def receive(self, payload: bytes, *, binary: bool) -> None:
        """Take a websocket message. Whatever it holds, the session lives on."""
        session = self._session
        session.bridge.metrics.received(len(payload))
        if session.identity is ANONYMOUS and len(payload) > MAX_ANONYMOUS_BYTES:
            session.refuse(Denied("sign in before you send long messages"), None)
            return
        if not self._bucket.take(asyncio.get_running_loop().time()):
            limit = session.bridge.settings.max_rate
            session.refuse(LimitExceeded(f"more than {limit:g} messages a second: dropped"), None)
            return
        try:
            messages = self._reader.read(payload, binary=binary)
        except MalformedFrame as error:
            session.refuse(error, None)
            return
        for message in messages:
            if session.closed:
                return
            self.handle(message)

    def handle(self, message: Message) -> None:
        """Carry out one operation, or say why not."""
        session = self._session
        name, key = message.get("op"), as_id(message.get("id"))
        operation = self._operations.get(name) if isinstance(name, str) else None
        if operation is None:
            known = ", ".join(self._operations)
            session.refuse(InvalidOperation(f"unknown operation {str(name)[:100]!r}; known are {known}"), key)
            return
        try:
            if not operation.open:
                session.permit(operation.name)
            brought = operation.handle(session, _convert(message, operation))
            if session.bridge.log.isEnabledFor(logging.DEBUG):
                session.bridge.log.debug("%s", _about(message, session))
            if operation.told and session.hears("info"):
                session.status("info", f"{operation.name}: done", key)
        except BridgeError as error:
            session.refuse(error, key, operation.name)
            if operation.fail is not None:
                operation.fail(session, message, key, str(error))
        except Exception:  # the edge of an operation: one client's trouble must not be everybody's
            session.bridge.log.exception("operation %r of %s failed", name, session.peer)
            session.status("error", f"{name}: internal error", key)
        else:
            for one in brought or ():
                self.handle(one)


def _about(message: Message, session: Session) -> str:
    """Say what an operation was about, and nothing of what it carried."""
    named = (message.get(key) for key in ("topic", "service", "action"))
    about = next((f" {name[:LONGEST_NAME]!r}" for name in named if isinstance(name, str)), "")
    return f"{message['op']}{about} of {session.peer}"


def _convert(message: Message, operation: Operation) -> Any:
    try:
        return msgspec.convert(message, operation.model)
    except msgspec.ValidationError as error:
        raise InvalidOperation(str(error)) from None

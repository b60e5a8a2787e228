"""One connected client: what it is allowed, what it is told, what it holds."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any, Protocol

import orjson

from hristudio_bridge import fragments, png
from hristudio_bridge.access import ANONYMOUS, Identity
from hristudio_bridge.bridge import Bridge
from hristudio_bridge.errors import BridgeError, Denied, LimitExceeded
from hristudio_bridge.fragments import Reassembly
from hristudio_bridge.graph import Closable
from hristudio_bridge.names import resolve
from hristudio_bridge.outbox import Frames, Outbox

LEVELS = {"info": 0, "warning": 1, "error": 2, "none": 3}
Id = str | int | None
MAX_PILES = 64
MAX_REMEMBERED = 10_000
MAX_TEXT = 1000
# who has not signed in yet gets no more chances
MAX_ANONYMOUS_REFUSALS = 20
POLICY_VIOLATION = 1008
TRY_AGAIN_LATER = 1013


class Wire(Protocol):
    """The client's websocket."""

    def send(self, frame: bytes, binary: bool) -> None:
        """Send a message."""

    def close(self, code: int, reason: str) -> None:
        """Close it, saying why."""


class Session:
    """Answers for one client: checks its rights, sends to it, and cleans up after it."""

    def __init__(self, bridge: Bridge, wire: Wire, peer: str, identity: Identity) -> None:
        settings = bridge.settings
        self.bridge, self.peer, self.identity = bridge, peer, identity
        self.connected_ns = time.time_ns()
        self.level = "error"
        self.holdings: dict[tuple[str, ...], Closable] = {}
        self.outbox = Outbox(wire.send, settings.max_backlog)
        self.reassembly = Reassembly(settings.max_message_size, MAX_PILES, settings.fragment_timeout)
        self.warned: set[tuple[str, ...]] = set()
        self.closed = False
        # what was found to be allowed already: rights do not change while an identity lasts
        self._allowed: dict[tuple[str, str], str] = {}
        self._operations_allowed: set[str] = set()
        self._wire = wire
        self._tasks: set[asyncio.Task[None]] = set()
        self._stalled_since: float | None = None
        self._refusals = 0

    # -- what it may do

    def permit(self, operation: str) -> None:
        """Check that the client may use an operation; raises Denied."""
        if operation in self._operations_allowed:
            return
        if self.identity is ANONYMOUS:
            raise Denied("sign in first: give a token as header, query or auth operation")
        if not self.bridge.policy.may_do(self.identity.role, operation):
            raise Denied(f"role {self.identity.role} may not use this operation")
        self._operations_allowed.add(operation)

    def require(self, kind: str, name: str) -> str:
        """Make a name absolute and check that the client may do `kind` with it; raises Denied."""
        full = self._allowed.get((kind, name))
        if full is None:
            full = resolve(name, self.bridge.namespace)
            if not self.bridge.policy.may(self.identity.role, kind, full):
                raise Denied(f"role {self.identity.role or 'none'} may not {kind.replace('_', ' ')} {full}")
            if len(self._allowed) < MAX_REMEMBERED:
                self._allowed[kind, name] = full
        return full

    def sign_in(self, identity: Identity) -> None:
        """Take on an identity."""
        self.identity = identity
        self._allowed.clear()
        self._operations_allowed.clear()

    # -- to the client

    def send(self, message: dict[str, Any], *, fragment_size: int = 0, compression: str = "none") -> None:
        """Send a message that must arrive."""
        if self.closed:
            return
        text = orjson.dumps(message)
        if compression == "png":
            text = png.wrap(text)
        key = f"{message['op']}:{self.bridge.next_number()}"
        self.outbox.vital(fragments.split(text, fragment_size, key) if fragment_size else (text,))
        if self.outbox.vital_bytes > self.bridge.settings.max_backlog:
            self.end(POLICY_VIOLATION, "too much waits")

    def sample(self, stream: str, frames: Frames, capacity: int, *, binary: bool) -> None:
        """Send a sample of a stream, which may be dropped while the client is slow."""
        if not self.closed:
            self.outbox.sample(stream, frames, capacity, binary=binary)

    def hears(self, level: str) -> bool:
        """Tell whether the client wants status messages of a level."""
        return LEVELS[level] >= LEVELS[self.level]

    def status(self, level: str, text: str, key: Id = None, *, always: bool = False) -> None:
        """Send a status message, unless the client does not want that level."""
        if always or self.hears(level):
            message: dict[str, Any] = {"op": "status", "level": level, "msg": text}
            if key is not None:
                message["id"] = key
            self.send(message)

    def refuse(self, error: BridgeError, key: Id, operation: str | None = None) -> None:
        """Tell the client why not, and note it where it concerns rights or limits."""
        text = (f"{operation}: {error}" if operation else str(error))[:MAX_TEXT]
        if isinstance(error, Denied | LimitExceeded):
            self.bridge.audit(self, text)
        self.bridge.metrics.refused(type(error).__name__)
        self.status(error.level, text, key)
        if self.identity is ANONYMOUS:
            self._refusals += 1
            if self._refusals == MAX_ANONYMOUS_REFUSALS:
                self.end(POLICY_VIOLATION, "sign in first")

    # -- what it holds

    def hold(self, key: tuple[str, ...], thing: Closable) -> None:
        """Keep something until the client leaves; raises LimitExceeded."""
        if key not in self.holdings and len(self.holdings) >= self.bridge.settings.max_subscriptions:
            thing.close()
            raise LimitExceeded(
                f"more than {self.bridge.settings.max_subscriptions} topics, services and actions"
            )
        self.holdings[key] = thing

    def release(self, key: tuple[str, ...], thing: Closable) -> None:
        """Forget something that has ended by itself."""
        if self.holdings.get(key) is thing:
            del self.holdings[key]

    def broken(self, text: str) -> None:
        """Tell of a sample that cannot be sent, once for every reason."""
        self.bridge.metrics.broken_samples += 1
        if ("broken", text) not in self.warned:
            self.warned.add(("broken", text))
            self.status("error", f"subscribe: {text}")

    def spawn(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Run something that ends with the session; raises LimitExceeded."""
        if len(self._tasks) >= self.bridge.settings.max_pending:
            work.close()
            raise LimitExceeded(f"more than {self.bridge.settings.max_pending} calls and goals are under way")
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def finish(self, task: "asyncio.Task[None] | None") -> None:
        """Count a task no longer: its answer is being sent, and the client may ask for more at once."""
        if task is not None:
            self._tasks.discard(task)

    def outlive(self, task: "asyncio.Task[None]") -> None:
        """Let a task end by itself, whatever becomes of the session."""
        self._tasks.discard(task)
        self.bridge.keep(task)

    def tick(self, now: float) -> None:
        """Once a second: drop what was not finished in time, give up a client that stalls."""
        for key in self.reassembly.expire(now):
            self.status("error", f"fragment: message {key!r} was not finished in time", key)
        if not self.outbox.paused:
            self._stalled_since = None
        elif self._stalled_since is None:
            self._stalled_since = now
        elif now - self._stalled_since > self.bridge.settings.stall_timeout:
            self.end(POLICY_VIOLATION, "too slow")
        if self.identity.expires and time.time() > self.identity.expires:
            self.bridge.audit(self, "the token has expired")
            self.end(POLICY_VIOLATION, "the token has expired")

    def end(self, code: int, reason: str) -> None:
        """Close the connection from this side."""
        self._wire.close(code, reason)

    def close(self) -> None:
        """Let go of everything; the connection is gone."""
        self.closed = True
        for name, thing in reversed(tuple(self.holdings.items())):
            try:
                thing.close()
            except (
                Exception
            ):  # the edge of a session: one thing that cannot be closed must not keep the others
                self.bridge.log.exception("%s of %s could not be closed", " ".join(name), self.peer)
        self.holdings.clear()
        for task in tuple(self._tasks):
            task.cancel()

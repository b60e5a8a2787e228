"""Wakes the event loop when ROS has something for it.

A thread does nothing but wait; all work is done on the event loop's thread, which empties what is
ready and then lets the thread wait again. So no two threads fight for the interpreter, entities are
made and destroyed on one thread only, and a flood piles up in the bounded queues of the middleware.
"""

import asyncio
import threading
import traceback
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from functools import partial
from typing import Any

from rclpy.impl.implementation_singleton import rclpy_implementation as _rclpy

Drain = Callable[[], None]
KINDS = ("subscription", "client", "service")


class Waiter:
    """Waits for the entities of one node on behalf of an event loop."""

    def __init__(self, node: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._node = node
        self._loop = loop
        self._drains: dict[int, Drain] = {}
        self._guard = node.create_guard_condition(lambda: None)
        self._held = ExitStack()
        self._handles: dict[str, list[Any]] = {}
        self._waitables: list[Any] = []
        self._resume = threading.Lock()
        self._resume.acquire()
        self._stale = True
        self._running = False
        self._thread = threading.Thread(target=self._wait, name="ros-waiter", daemon=True)

    def start(self) -> None:
        """Begin to wait; call it on the loop's thread."""
        self._running = True
        self._gather()
        self._thread.start()

    def stop(self) -> None:
        """Stop waiting and join the thread."""
        if not self._running:
            return
        self._running = False
        self._guard.trigger()
        if self._resume.locked():
            self._resume.release()
        self._thread.join()
        self._held.close()

    def changed(self) -> None:
        """Say that entities of the node came or went."""
        if not self._stale:
            self._stale = True
            self._guard.trigger()

    def attend(self, entity: Any, drain: Drain) -> None:
        """Call `drain` whenever the entity is ready."""
        self._drains[entity.handle.pointer] = drain
        self.changed()

    def neglect(self, entity: Any) -> None:
        """Forget an entity that is about to be destroyed."""
        self._drains.pop(entity.handle.pointer, None)
        self.changed()

    # -- on the loop's thread

    def _gather(self) -> None:
        """Take up what the node holds now; the thread is not waiting meanwhile."""
        self._held.close()
        self._held = ExitStack()
        node = self._node
        self._handles = {
            "subscription": self._enter(node.subscriptions),
            "client": self._enter(node.clients),
            "service": self._enter(node.services),
        }
        self._waitables = []
        for waitable in node.waitables:
            self._held.enter_context(waitable)
            self._waitables.append(waitable)
        for entity in (*node.subscriptions, *node.services):
            self._drains.setdefault(entity.handle.pointer, _stock_drain(entity))
        self._stale = False

    def _enter(self, entities: Iterable[Any]) -> list[Any]:
        handles = [entity.handle for entity in entities]
        for handle in handles:
            self._held.enter_context(handle)
        return handles

    def _serve(self, ready: list[int], waitables: list[Any]) -> None:
        try:
            for pointer in ready:
                drain = self._drains.get(pointer)
                if drain is not None:
                    self._run(drain)
            for waitable in waitables:
                self._run(partial(_execute, waitable))
            if self._stale and self._running:
                self._gather()
        finally:
            if self._resume.locked():
                self._resume.release()

    def _run(self, work: Drain) -> None:
        try:
            work()
        except Exception:  # noqa: BLE001 - the edge of a callback: one entity's trouble must not end the waiting
            self._node.get_logger().error(f"a ROS callback failed: {traceback.format_exc()}")

    # -- on the waiting thread

    def _wait(self) -> None:
        while self._running:
            ready, waitables = self._wait_once()
            try:
                self._loop.call_soon_threadsafe(self._serve, ready, waitables)
            except RuntimeError:  # the loop is closed: the process is ending
                return
            self._resume.acquire()

    def _wait_once(self) -> tuple[list[int], list[Any]]:
        handles = self._handles
        events = sum(waitable.get_num_entities().num_events for waitable in self._waitables)
        # Kilted's own types know the kinds as literals only.
        wait_set: Any = _rclpy.WaitSet(
            len(handles["subscription"]), 1, 0, len(handles["client"]), len(handles["service"]), events,
            self._node.context.handle,
        )  # fmt: skip
        with wait_set:
            wait_set.clear_entities()
            wait_set.add_guard_condition(self._guard.handle)
            for kind in KINDS:
                add = getattr(wait_set, f"add_{kind}")
                for handle in handles[kind]:
                    add(handle)
            waitables = [waitable for waitable in self._waitables if _added(waitable, wait_set)]
            wait_set.wait(-1)
            ready = [pointer for kind in KINDS for pointer in wait_set.get_ready_entities(kind)]
            return ready, [waitable for waitable in waitables if waitable.is_ready(wait_set)]


def _added(waitable: Any, wait_set: Any) -> bool:
    """Add a waitable unless the loop's thread has destroyed it since they were gathered."""
    try:
        waitable.add_to_wait_set(wait_set)
    except _rclpy.InvalidHandle:
        return False
    return True


def _execute(waitable: Any) -> None:
    """Run a waitable's coroutine, which never really waits."""
    try:
        steps = waitable.execute(waitable.take_data())
        while True:
            steps.send(None)
    except (StopIteration, _rclpy.InvalidHandle):
        # an earlier callback of this turn may have destroyed it
        return


def _stock_drain(entity: Any) -> Drain:
    """Serve what rclpy itself puts into a node: parameter services and the clock subscription."""
    if not hasattr(entity, "srv_type"):

        def take() -> None:
            while (taken := entity.handle.take_message(entity.msg_type, entity.raw)) is not None:
                entity.callback(taken[0])

        return take

    def answer() -> None:
        request, header = entity.handle.service_take_request(entity.srv_type.Request)
        if header is not None:
            entity.send_response(entity.callback(request, entity.srv_type.Response()), header)

    return answer

"""Brings what one robot host tells to all browsers that watch it.

One thread owns everything here; gateway and browsers only put messages into its inbox.
Upstream there is one subscription a topic, however many watch.
"""

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeAlias

import orjson
import structlog

from hristudio_web.access import Permission, place
from hristudio_web.gateway import Link, Message
from hristudio_web.live.belonging import Belonging
from hristudio_web.live.event_log import EventLog
from hristudio_web.live.viewer import Offered, Picture, Rights, Viewer
from hristudio_web.robot import Robot

Send: TypeAlias = Callable[[str, dict[str, Any], Callable[[], None]], None]
"""Sends a frame to a browser, by its socket id; calls back when the browser has it."""
Job: TypeAlias = Callable[[], None]

TICK_S = 0.1
ROUND_S = 0.02
"""Shortest time between two rounds of frames: a burst of events becomes one frame."""
SILENCE_S = 1.25
"""trial/state comes at 2 Hz at least; without it for so long the trial manager counts as lost."""
STATUS_SILENCE_S = 2.5
"""robot/status comes at 1 Hz; without it for so long the skill server, and with it STOP, counts as lost."""
FILL_S = 3.0
FILL_TRIES = 3
PAGE = 1000
RESTING = {"idle", "ended"}
log = structlog.get_logger(__name__)


class Relay:
    """The live picture of one robot and the browsers that look at it."""

    def __init__(
        self,
        robot: Robot,
        send: Send,
        belonging: Belonging,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._robot = robot
        self._belonging = belonging
        self._send = send
        self._clock = clock
        self._inbox: queue.Queue[Job | None] = queue.Queue()
        self._viewers: dict[str, Viewer] = {}
        self._picture = Picture()
        self._link = Link(up=False)
        self._heard_s: float | None = None
        self._status_s: float | None = None
        self._hole: tuple[int, int] | None = None
        self._fetch: Future[Message] | None = None
        self._failures = 0
        self._fetch_s = 0.0
        self._trial_id = ""
        self._turned = threading.Condition()
        self._past: set[str] = set()
        self._thread = threading.Thread(target=self._run, name=f"relay-{robot.id}", daemon=True)

    @property
    def watched(self) -> int:
        """How many browsers watch."""
        return len(self._viewers)

    @property
    def trial_id(self) -> str:
        """Id of the robot's newest trial, empty while none is known."""
        return self._trial_id

    @property
    def study(self) -> str | None:
        """Whose trial the robot runs or ran last; None while no trial is known, "": not yet known whose."""
        return self._belonging.of(self._trial_id) if self._trial_id else None

    @property
    def runs(self) -> bool:
        """Whether a trial runs."""
        return self._picture.runs

    def study_for(self, permission: Permission, trial_id: str = "") -> str | None:
        """Give the study in which a right counts, here or over a trial that is named; None: in any."""
        if self._trial_id and trial_id not in {"", self._trial_id}:
            return self._belonging.of(trial_id)
        return place(permission, self.study, runs=self.runs)

    @property
    def state(self) -> dict[str, Any]:
        """Newest trial/state, empty while none is known."""
        return orjson.loads(self._picture.state) if self._picture.state else {}

    @property
    def status(self) -> dict[str, Any]:
        """Newest robot/status; empty while the skill server is not heard."""
        return orjson.loads(self._picture.status) if self._picture.status and self._status_fresh() else {}

    @property
    def silent_s(self) -> float | None:
        """Time since the trial manager was last heard, s; None when it never was."""
        return None if self._heard_s is None else self._clock() - self._heard_s

    @property
    def heard(self) -> bool:
        """Whether the trial manager gives signs of life."""
        silent_s = self.silent_s
        return self._link.up and silent_s is not None and silent_s < SILENCE_S

    def wait_for_trial(self, trial_id: str, seconds: float) -> bool:
        """Wait until the robot host tells of a trial; False when it does not in time."""
        with self._turned:
            return self._turned.wait_for(lambda: self._trial_id == trial_id, seconds)

    def start(self) -> None:
        """Begin to listen and to serve."""
        name, gateway = self._robot.settings.name, self._robot.gateway
        self._thread.start()
        gateway.watch_link(lambda link: self._put(self._on_link, link))
        gateway.subscribe(
            name("trial/state"),
            "hristudio/msg/TrialState",
            lambda message: self._put(self._on_state, message),
        )
        gateway.subscribe(
            name("trial/events"),
            "hristudio/msg/TrialEvent",
            lambda message: self._put(self._on_event, message),
        )
        gateway.subscribe(
            name("robot/status"),
            "hristudio/msg/RobotStatus",
            lambda message: self._put(self._on_status, message),
        )

    def stop(self) -> None:
        """Serve nobody any more."""
        self._inbox.put(None)
        if self._thread.is_alive():
            self._thread.join(2.0)

    def join(self, sid: str, trial_id: str, cursor: int, rights: Rights, offered: Offered) -> None:
        """A browser watches from now on; it has the events of ``trial_id`` up to ``cursor``."""
        self._put(self._viewers.__setitem__, sid, Viewer(sid, trial_id, cursor, rights, offered))

    def leave(self, sid: str) -> None:
        """A browser watches no more."""
        self._put(self._viewers.pop, sid, None)

    def _put(self, job: Callable[..., Any], *arguments: Any) -> None:
        self._inbox.put(lambda: job(*arguments))

    def _run(self) -> None:
        tick_s = round_s = self._clock()
        while True:
            try:
                job = self._inbox.get(timeout=TICK_S / 2)
                if job is None:
                    return
                self._guard(job)
            except queue.Empty:
                pass
            if self._clock() - tick_s >= TICK_S:
                tick_s = self._clock()
                self._guard(self._tick)
            self._pace(round_s)
            round_s = self._clock()
            self._guard(self._serve)

    def _pace(self, round_s: float) -> None:
        """Take what else comes until the round is due, so that a burst goes as one frame."""
        while (left_s := ROUND_S - (self._clock() - round_s)) > 0:
            try:
                job = self._inbox.get(timeout=left_s)
            except queue.Empty:
                return
            if job is None:
                self._inbox.put(None)
                return
            self._guard(job)

    def _guard(self, job: Job) -> None:
        try:
            job()
        except Exception:
            # The edge of this thread: one bad message must not blind every browser.
            log.exception("relay", robot=self._robot.id)

    def _serve(self) -> None:
        now_s = self._clock()
        self._picture.study = self.study
        for viewer in tuple(self._viewers.values()):
            frame = viewer.frame(self._picture, now_s)
            if frame is not None:
                self._send(viewer.sid, frame, lambda viewer=viewer: self._put(self._on_taken, viewer))  # type: ignore[misc]

    def _on_taken(self, viewer: Viewer) -> None:
        viewer.waiting = False

    def _on_link(self, link: Link) -> None:
        self._link = link
        self._tick()

    def _on_state(self, message: Message) -> None:
        self._heard_s = self._clock()
        text = orjson.dumps({key: value for key, value in message.items() if key != "stamp"}).decode()
        if text != self._picture.state:
            self._picture.state = text
            self._picture.state_version += 1
            self._picture.runs = message["phase"] not in RESTING
        self._follow(str(message["trial_id"]), int(message["last_seq"]))

    def _on_event(self, message: Message) -> None:
        if message["trial_id"] in self._past:
            return
        self._follow(str(message["trial_id"]), int(message["seq"]))
        if self._picture.log is not None:
            self._picture.log.offer(message)

    def _on_status(self, message: Message) -> None:
        self._status_s = self._clock()
        text = orjson.dumps({key: value for key, value in message.items() if key != "stamp"}).decode()
        if text != self._picture.status:
            self._picture.status = text
            self._picture.status_version += 1

    def _follow(self, trial_id: str, newest: int) -> None:
        """Turn to another trial when the robot does; know how far this one has come."""
        if not trial_id:
            return
        current = self._picture.log
        if current is None or current.trial_id != trial_id:
            # Events of the trial before may still be on their way; they must not turn us back.
            self._past.add(self._trial_id)
            self._past.discard(trial_id)
            self._picture.log = EventLog(trial_id, newest)
            self._fetch, self._hole, self._failures = None, None, 0
            self._belonging.learn(trial_id)
            with self._turned:
                self._trial_id = trial_id
                self._turned.notify_all()
        else:
            current.newest = max(current.newest, newest)

    def _tick(self) -> None:
        self._judge_links()
        events = self._picture.log
        hole = events.missing() if events is not None else None
        # An event may be a moment behind the state that counts it: a hole is one that stays.
        if events is not None and hole is not None and hole == self._hole and self._fetch is None:
            self._fill(events, hole)
        self._hole = hole
        if self._fetch is not None and self._clock() - self._fetch_s > FILL_S:
            self._fetch.cancel()

    def _fill(self, events: EventLog, hole: tuple[int, int]) -> None:
        if not self._link.up:
            return
        limit = min(PAGE, hole[1] - hole[0] + 1)
        request = {"trial_id": events.trial_id, "from_seq": hole[0], "limit": limit}
        fetch = self._robot.ask("trial/get_events", request)
        self._fetch, self._fetch_s = fetch, self._clock()
        fetch.add_done_callback(lambda done: self._put(self._on_filled, events, done))

    def _on_filled(self, events: EventLog, done: Future[Message]) -> None:
        if done is not self._fetch:
            return
        self._fetch = None
        before = events.last
        if not done.cancelled() and done.exception() is None:
            events.offer_all(done.result()["events"])
        if events.last > before:
            self._failures = 0
            return
        self._failures += 1
        if self._failures >= FILL_TRIES and self._link.up:
            log.warning("events cannot be had", trial=events.trial_id, hole=self._hole)
            self._failures = 0
            events.give_up()

    def _status_fresh(self) -> bool:
        return (
            self._link.up and self._status_s is not None and self._clock() - self._status_s < STATUS_SILENCE_S
        )

    def _judge_links(self) -> None:
        links = {
            "bridge": {"up": self._link.up, "detail": self._link.detail},
            "manager": {"up": self.heard, "ever": self._heard_s is not None},
            "skills": {"up": self._status_fresh(), "ever": self._status_s is not None},
        }
        if links != self._picture.links:
            self._picture.links = links
            self._picture.links_version += 1

"""Socket.IO: browsers come, watch, command and go.

Every event is checked here, on the server: who sends it, whether they may, what it
carries. A browser always gets an answer, {"accepted": ..., "code": ..., "message": ...}.
"""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import msgspec
import structlog
from flask import request, session
from flask_socketio import ConnectionRefusedError as Refused
from flask_socketio import SocketIO

from hristudio_core.flags import FLAGS
from hristudio_telemetry import OFF, Traces
from hristudio_web.correlation import following
from hristudio_web.errors import BadRequest, Forbidden, NotFound, NotSignedIn, WebError
from hristudio_web.features import Features
from hristudio_web.guard import SESSION
from hristudio_web.live.callers import Callers
from hristudio_web.live.commands import COMMANDS, VIEWS, Command
from hristudio_web.live.relay import Relay
from hristudio_web.live.requests import Look, Plot, Request, Watch
from hristudio_web.live.streams import Streams
from hristudio_web.refusals import Refusals, note_forbidden
from hristudio_web.robot import IMAGE, Robot

LOOK_S = 0.05
log = structlog.get_logger(__name__)


def frame_sender(socketio: SocketIO, event: str) -> Callable[[str, dict[str, Any], Callable[[], None]], None]:
    """Give a function that sends frames to browsers as a Socket.IO event."""

    def send(sid: str, frame: dict[str, Any], taken: Callable[[], None]) -> None:
        socketio.emit(event, frame, to=sid, callback=lambda *_: taken())

    return send


class Sockets:
    """The Socket.IO side of the dashboard."""

    def __init__(
        self,
        socketio: SocketIO,
        callers: Callers,
        robots: Mapping[str, Robot],
        relays: Mapping[str, Relay],
        *,
        cameras: Mapping[str, Streams],
        plots: Mapping[str, Streams],
        features: Features,
        refusals: Refusals,
        traces: Traces = OFF,
    ) -> None:
        self._refusals = refusals
        self._features = features
        self._traces = traces
        self._socketio = socketio
        self._callers = callers
        self._robots = robots
        self._relays = relays
        self._cameras = cameras
        self._leaving = False
        self._plots = plots
        socketio.on_event("connect", self._connect)
        socketio.on_event("disconnect", self._disconnect)
        socketio.on_event("watch", lambda payload=None: self._answer(lambda: self._watch(payload)))
        socketio.on_event("look", lambda payload=None: self._answer(lambda: self._look(payload)))
        socketio.on_event("plot", lambda payload=None: self._answer(lambda: self._plot(payload)))
        for name, command in COMMANDS.items():
            socketio.on_event(name, self._handler(name, command))

    def end_session(self, token: str) -> None:
        """Disconnect the browsers of a session that has ended."""
        server = self._socketio.server
        for sid in self._callers.of_session(token):
            connection = server.eio.sockets.get(server.manager.eio_sid_from_sid(sid, "/"))
            if connection is not None:
                connection.close(wait=False)

    def drain(self, seconds: float) -> None:
        """Have browsers leave by themselves, with their questions answered; then hang up on the rest.

        One that comes in meanwhile is asked, too: its connection was taken before the end began.
        """
        deadline = time.monotonic() + seconds
        self._leaving = True
        self._socketio.emit("leave")
        while time.monotonic() < deadline and self._socketio.server.eio.sockets:
            time.sleep(LOOK_S)
        self.hang_up()

    def hang_up(self) -> None:
        """Disconnect all browsers; they come back by themselves when there is a server again."""
        for connection in list(self._socketio.server.eio.sockets.values()):
            # Its own disconnect() waits for a queue that a vanished browser never empties.
            connection.close(wait=False)

    def _connect(self, auth: object = None) -> None:  # noqa: ARG002 - the cookie says who it is
        try:
            self._callers.enter(_sid(), str(session.get(SESSION, "")))
        except NotSignedIn as error:
            raise Refused(error.code) from error
        if self._leaving:
            self._socketio.emit("leave", to=_sid())

    def _disconnect(self, reason: object = None) -> None:  # noqa: ARG002 - whatever it was
        self._callers.leave(_sid())
        for relay in self._relays.values():
            relay.leave(_sid())
        for streams in (*self._cameras.values(), *self._plots.values()):
            streams.leave(_sid())

    def _look(self, payload: object) -> Mapping[str, Any]:
        look, robot = self._looked_at(payload, Look)
        if look.topic and not robot.owns(look.topic):
            raise BadRequest(f"{look.topic} is no topic of this robot")
        for cameras in self._cameras.values():
            cameras.leave(_sid())
        self._cameras[look.robot].look(_sid(), look.topic, IMAGE)
        return {"accepted": True}

    def _plot(self, payload: object) -> Mapping[str, Any]:
        plot, robot = self._looked_at(payload, Plot)
        kind = robot.plottable().get(plot.topic, "") if plot.topic else ""
        if plot.topic and not kind:
            raise BadRequest(f"{plot.topic} is no topic of this robot that has numbers")
        for plots in self._plots.values():
            plots.leave(_sid())
        self._plots[plot.robot].look(_sid(), plot.topic, kind)
        return {"accepted": True}

    def _looked_at(self, payload: object, model: type[Look | Plot]) -> tuple[Any, Robot]:
        needed = VIEWS["look" if model is Look else "plot"]
        feature = "camera" if model is Look else "plots"
        self._callers.account(_sid(), needed)
        self._callers.spend(_sid())
        look = _decode(payload, model)
        robot = self._robots.get(look.robot)
        if robot is None:
            raise NotFound("robot", look.robot)
        study = self._relays[robot.id].study_for(needed)
        account = self._callers.account(_sid(), needed, study)
        if look.topic:
            self._features.require(feature, account, study)
        return look, robot

    def _watch(self, payload: object) -> Mapping[str, Any]:
        self._callers.account(_sid(), VIEWS["watch"])
        self._callers.spend(_sid())
        watch = _decode(payload, Watch)
        relay = self._relays.get(watch.robot)
        if relay is None:
            raise NotFound("robot", watch.robot)
        for other in self._relays.values():
            other.leave(_sid())
        # Anybody may watch a robot who may watch trials somewhere; what of it, is looked at with each frame.
        rights, offered = partial(self._callers.rights, _sid()), partial(self._offered, _sid())
        relay.join(_sid(), watch.trial, watch.last_seq, rights, offered)
        return {"accepted": True}

    def _offered(self, sid: str, study: str | None) -> Mapping[str, bool]:
        account = self._callers.known(sid)
        return self._features.of(account, study) if account else dict.fromkeys(FLAGS, False)

    def _handler(self, name: str, command: Command) -> Callable[..., Mapping[str, Any]]:
        def run(payload: object) -> Mapping[str, Any]:
            self._callers.account(_sid(), command.permission)
            if not command.urgent:
                self._callers.spend(_sid())
            asked = _decode(payload, command.model)
            robot = self._robots.get(asked.robot)
            if robot is None:
                raise NotFound("robot", asked.robot)
            study = self._relays[robot.id].study_for(command.permission, getattr(asked, "trial", ""))
            account = self._callers.account(_sid(), command.permission, study)
            if not command.changes(asked):
                return command.run(robot, account, asked)
            with following(self._traces, name, asked.id, account.id, getattr(asked, "trial", "")) as done:
                answer = command.run(robot, account, asked)
                done(answer)
            return answer

        return lambda payload=None: self._answer(lambda: run(payload))

    def _answer(self, run: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        try:
            return run()
        except WebError as error:
            account = self._callers.known(_sid())
            if isinstance(error, Forbidden) and account is not None:
                # No address: a socket knows its proxy's alone.
                note_forbidden(self._refusals, account, error)
            return {"accepted": False, "code": error.code, "message": str(error)}
        except Exception:
            # The edge of a socket event: the browser is told, the log has the rest.
            log.exception("socket event")
            return {
                "accepted": False,
                "code": "internal",
                "message": "the dashboard failed; its log says why",
            }


def _sid() -> str:
    return str(request.sid)  # type: ignore[attr-defined]  # Flask-SocketIO adds it


def _decode(payload: object, model: type[Request]) -> Any:
    try:
        return msgspec.convert(payload, model)
    except msgspec.ValidationError as error:
        raise BadRequest(str(error)) from error

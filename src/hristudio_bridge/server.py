"""The websocket server."""

import asyncio
import logging
import socket
import ssl
from typing import Any
from urllib.parse import parse_qs, urlsplit

from picows import (
    WSCloseCode,
    WSFrame,
    WSListener,
    WSMsgType,
    WSTransport,
    WSUpgradeRequest,
    WSUpgradeResponse,
    WSUpgradeResponseWithListener,
    ws_create_server,
)

from hristudio_bridge.access import ANONYMOUS, UNCHECKED, Identity
from hristudio_bridge.access.origins import allowed, own_names
from hristudio_bridge.bridge import Bridge, Client
from hristudio_bridge.errors import Denied
from hristudio_bridge.intake import Intake
from hristudio_bridge.ops.registry import operations
from hristudio_bridge.process import give_back
from hristudio_bridge.session import Session

# What the kernel and the transport keep for a client; above it samples wait in the outbox, where they can
# be dropped. The kernel's own choice, 4 MB, is seconds of stale camera images on a slow link.
WRITE_BUFFER = 256 * 1024
SIGN_IN_TIMEOUT = 1008
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
TOO_BIG = 1009
# so seldom that not one message in a hundred waits for it
GIVE_BACK_TICKS = 30


class Connection(WSListener):
    """A client's websocket: joins frames to messages and hands them to the session."""

    def __init__(self, server: "Server", peer_identity: Identity) -> None:
        super().__init__()
        self._server = server
        self._identity = peer_identity
        self._transport: WSTransport | None = None
        self._session: Session | None = None
        self._intake: Intake | None = None
        self._parts = bytearray()
        self._binary = False

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Begin a session."""
        self._transport = transport
        transport.underlying_transport.set_write_buffer_limits(high=WRITE_BUFFER)
        raw = transport.underlying_transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, WRITE_BUFFER)
        address = transport.underlying_transport.get_extra_info("peername") or ("?", 0)
        self._session = self._server.begin(self, f"{address[0]}:{address[1]}", self._identity)
        self._intake = Intake(self._session, self._server.operations)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Take a frame."""
        kind = frame.msg_type
        if kind in (WSMsgType.TEXT, WSMsgType.BINARY, WSMsgType.CONTINUATION):
            self._take(frame, kind)
        elif kind == WSMsgType.CLOSE:
            transport.send_close(WSCloseCode.OK)
            transport.disconnect()

    def _take(self, frame: WSFrame, kind: WSMsgType) -> None:
        if self._intake is None or self._session is None or self._session.closed:
            return
        payload = frame.get_payload_as_bytes()
        if kind != WSMsgType.CONTINUATION:
            self._parts, self._binary = bytearray(), kind == WSMsgType.BINARY
            if frame.fin:
                self._intake.receive(payload, binary=self._binary)
                return
        self._parts += payload
        if len(self._parts) > self._server.bridge.settings.max_message_size:
            self.close(TOO_BIG, "the message is too long")
        elif frame.fin:
            whole, self._parts = bytes(self._parts), bytearray()
            self._intake.receive(whole, binary=self._binary)

    def on_ws_disconnected(self, transport: WSTransport) -> None:  # noqa: ARG002 - picows calls it so
        """End the session."""
        if self._session is not None:
            self._server.end(self._session)
            self._session = None

    def pause_writing(self) -> None:
        """The socket is full."""
        if self._session is not None:
            self._session.outbox.paused = True

    def resume_writing(self) -> None:
        """The socket takes more."""
        if self._session is not None:
            self._session.outbox.resume()

    def send(self, frame: bytes, binary: bool) -> None:
        """Send a message."""
        self._server.bridge.metrics.sent(len(frame))
        assert self._transport is not None  # noqa: S101 - a session begins with its transport
        self._transport.send(WSMsgType.BINARY if binary else WSMsgType.TEXT, frame)

    def close(self, code: int, reason: str) -> None:
        """Close the connection; at once when the client takes nothing."""
        if self._transport is not None:
            self._transport.send_close(WSCloseCode(code), reason.encode())
            self._transport.disconnect(graceful=not (self._session and self._session.outbox.paused))


class Server:
    """Listens, admits clients and keeps their sessions."""

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self.operations = operations()
        self._server: asyncio.Server | None = None
        self._ticker: asyncio.TimerHandle | None = None
        self._ticks = 0
        # the library's own lines about every connection say nothing that ours do not
        self._log = logging.Logger("websocket", logging.WARNING)  # noqa: LOG001 - of this server, not of the module
        self._log.parent = bridge.log
        origins = bridge.settings.allowed_origins.split(",")
        self._names = own_names()
        self._origins = tuple(origin.strip() for origin in origins if origin.strip())

    async def start(self) -> int:
        """Listen and give the port; raises OSError when it cannot."""
        settings = self.bridge.settings
        context = None
        if settings.ssl or settings.certfile:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(settings.certfile, settings.keyfile or None)
        self._server = await ws_create_server(
            self._admit,
            settings.address or None,
            settings.port,
            ssl=context,
            backlog=1024,
            logger_name=self._log,
            max_frame_size=settings.max_message_size,
            enable_auto_ping=settings.websocket_ping_interval > 0,
            auto_ping_idle_timeout=settings.websocket_ping_interval or 1.0,
            # picows wants the answer before the next ping
            auto_ping_reply_timeout=min(
                settings.websocket_ping_timeout, settings.websocket_ping_interval or 1.0
            ),
        )
        self._tick()
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        """Close every connection and stop listening."""
        if self._ticker is not None:
            self._ticker.cancel()
        if self._server is not None:
            self._server.close()
        for session in tuple(self.bridge.sessions):
            session.end(WSCloseCode.GOING_AWAY.value, "the bridge is shutting down")
            self.end(session)

    def begin(self, connection: Connection, peer: str, identity: Identity) -> Session:
        """Open a session."""
        session = Session(self.bridge, connection, peer, identity)
        self.bridge.sessions.add(session)
        self.bridge.metrics.connections += 1
        self.bridge.log.info(
            "%s connected as %s (clients: %d)", peer, identity.subject, len(self.bridge.sessions)
        )
        if identity is ANONYMOUS:
            asyncio.get_running_loop().call_later(
                self.bridge.settings.auth_timeout, self._demand_sign_in, session
            )
        return session

    def end(self, session: Client) -> None:
        """Close a session."""
        if session in self.bridge.sessions:
            self.bridge.sessions.discard(session)
            session.close()
            self.bridge.log.info("%s left (clients: %d)", session.peer, len(self.bridge.sessions))
            if not self.bridge.sessions:
                give_back()

    def _demand_sign_in(self, session: Session) -> None:
        if session.identity is ANONYMOUS and not session.closed:
            self.bridge.audit(session, "no token was given in time")
            session.end(SIGN_IN_TIMEOUT, "sign in first")

    def _tick(self) -> None:
        self._ticker = asyncio.get_running_loop().call_later(1.0, self._tick)
        self.bridge.tick()
        self._ticks += 1
        if self.bridge.sessions and self._ticks % GIVE_BACK_TICKS == 0:
            give_back()

    # -- the handshake

    def _admit(self, request: WSUpgradeRequest) -> Any:
        settings, headers = self.bridge.settings, request.headers
        url = urlsplit(request.path.decode("latin-1"))
        if url.path == "/metrics" and settings.metrics and settings.address in LOOPBACK:
            return _answer(200, self._figures().encode())
        if settings.url_path != "/" and url.path.rstrip("/") != settings.url_path.rstrip("/"):
            return None
        if not allowed(headers.get("Origin"), headers.get("Host"), self._origins, self._names):
            return self._turn_away(403, f"origin {headers.get('Origin')} is not allowed")
        if len(self.bridge.sessions) >= settings.max_connections:
            return self._turn_away(503, "too many connections")
        try:
            identity = self._identify(headers.get("Authorization"), parse_qs(url.query).get("token"))
        except Denied as error:
            return self._turn_away(401, str(error))
        return Connection(self, identity)

    def _identify(self, header: str | None, query: list[str] | None) -> Identity:
        tokens = self.bridge.tokens
        if tokens is None:
            return UNCHECKED
        if header is not None and header[:7].lower() == "bearer ":
            return tokens.identify(header[7:].strip())
        if query:
            return tokens.identify(query[0])
        return ANONYMOUS

    def _turn_away(self, status: int, reason: str) -> Any:
        self.bridge.metrics.refused_connections += 1
        self.bridge.log.warning("audit: connection refused: %s", reason)
        return _answer(status, reason.encode() + b"\n")

    def _figures(self) -> str:
        sessions = self.bridge.sessions
        return self.bridge.metrics.text({
            "clients": len(sessions),
            "backlog_bytes": sum(session.outbox.waiting_bytes for session in sessions),
            "samples_dropped": sum(session.outbox.dropped for session in sessions),
        })  # fmt: skip


def _answer(status: int, body: bytes) -> Any:
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    if status == 200:
        return WSUpgradeResponseWithListener(WSUpgradeResponse.create_ok_response(body, headers), None)
    return WSUpgradeResponseWithListener(WSUpgradeResponse.create_error_response(status, body, headers), None)

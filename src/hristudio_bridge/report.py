"""What the bridge tells ROS about itself, once a second: diagnostics, and which clients there are."""

import asyncio

from hristudio_bridge.bridge import Bridge
from hristudio_bridge.codec import Codec
from hristudio_bridge.errors import UnknownType
from hristudio_bridge.graph import Publication, Quality

PERIOD_S = 1.0
# rosbridge's own type where it is installed, so that its tools work; ours has its fields and more
CLIENTS = ("rosbridge_msgs/ConnectedClients", "hristudio/ConnectedClients")


LAST = Quality(latched=True, depth=1)


class Report:
    """Publishes `/diagnostics`, `client_count` and `connected_clients`."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._timer: asyncio.TimerHandle | None = None
        self._publications: list[Publication] = []
        self._count = -1
        self._clients: Codec | None = None
        self._seen: list[tuple[str, int, str, str]] | None = None

    def start(self) -> None:
        """Begin to report."""
        graph, interfaces = self._bridge.graph, self._bridge.interfaces
        self._diagnostics = interfaces.message("diagnostic_msgs/DiagnosticArray")
        self._number = interfaces.message("std_msgs/Int32")
        space = self._bridge.namespace.rstrip("/")
        self._publications = [
            graph.advertise("/diagnostics", self._diagnostics.message, Quality()),
            graph.advertise(f"{space}/client_count", self._number.message, LAST),
        ]
        self._clients = self._find_type()
        if self._clients is not None:
            self._publications.append(
                graph.advertise(f"{space}/connected_clients", self._clients.message, LAST)
            )
        self._tick()

    def stop(self) -> None:
        """Stop reporting."""
        if self._timer is not None:
            self._timer.cancel()
        for publication in self._publications:
            publication.close()

    def _tick(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(PERIOD_S, self._tick)
        bridge, now = self._bridge, self._bridge.graph.now
        clients = len(bridge.sessions)
        if clients != self._count:
            self._count = clients
            self._publications[1].publish(self._number.write({"data": clients}, now))
        self._tell_clients()
        open_door = bridge.tokens is None
        metrics = bridge.metrics
        values = {
            "clients": clients,
            "messages_received": metrics.messages_in,
            "messages_sent": metrics.messages_out,
            "refusals": metrics.refusals.total(),
            "broken_samples": metrics.broken_samples,
            "backlog_bytes": sum(session.outbox.waiting_bytes for session in bridge.sessions),
        }
        status = {
            "name": f"{bridge.namespace.rstrip('/')}/bridge: websocket clients", "hardware_id": "bridge",
            "level": 1 if open_door else 0, "message": "no authentication" if open_door else "serving",
            "values": [{"key": key, "value": str(value)} for key, value in values.items()],
        }  # fmt: skip
        message = {"header": {"stamp": "now"}, "status": [status]}
        self._publications[0].publish(self._diagnostics.write(message, now))

    def _find_type(self) -> Codec | None:
        for name in CLIENTS:
            try:
                return self._bridge.interfaces.message(name)
            except UnknownType:
                continue
        self._bridge.log.warning(
            "connected_clients is not published: %s are not installed", " and ".join(CLIENTS)
        )
        return None

    def _tell_clients(self) -> None:
        sessions = sorted(self._bridge.sessions, key=lambda session: session.connected_ns)
        seen = [
            (session.peer, session.connected_ns, session.identity.subject, session.identity.role)
            for session in sessions
        ]
        if self._clients is None or seen == self._seen:
            return
        self._seen = seen
        clients = [
            {
                "ip_address": peer.rpartition(":")[0],
                "connection_time": dict(zip(("sec", "nanosec"), divmod(since, 1_000_000_000), strict=True)),
                **({"subject": subject, "role": role} if self._clients.name.startswith("hristudio/") else {}),
            }
            for peer, since, subject, role in seen
        ]
        self._publications[2].publish(self._clients.write({"clients": clients}, self._bridge.graph.now))

"""What the bridge tells ROS about itself, once a second: diagnostics and how many clients there are."""

import asyncio

from hristudio_bridge.bridge import Bridge
from hristudio_bridge.graph import Publication, Quality

PERIOD_S = 1.0


class Report:
    """Publishes `/diagnostics` and `client_count`."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._timer: asyncio.TimerHandle | None = None
        self._publications: list[Publication] = []
        self._count = -1

    def start(self) -> None:
        """Begin to report."""
        graph, interfaces = self._bridge.graph, self._bridge.interfaces
        self._diagnostics = interfaces.message("diagnostic_msgs/DiagnosticArray")
        self._number = interfaces.message("std_msgs/Int32")
        count = f"{self._bridge.namespace.rstrip('/')}/client_count"
        self._publications = [
            graph.advertise("/diagnostics", self._diagnostics.message, Quality()),
            graph.advertise(count, self._number.message, Quality(latched=True, depth=1)),
        ]
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

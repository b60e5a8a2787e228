"""Figures of the bridge's work, in Prometheus' text form."""

from collections import Counter


class Metrics:
    """Counts; one object a process, handed to whoever counts."""

    def __init__(self) -> None:
        self.messages_in = 0
        self.bytes_in = 0
        self.messages_out = 0
        self.bytes_out = 0
        self.connections = 0
        self.refused_connections = 0
        self.refusals: Counter[str] = Counter()
        self.broken_samples = 0

    def received(self, size: int) -> None:
        """Count a message from a client."""
        self.messages_in += 1
        self.bytes_in += size

    def sent(self, size: int) -> None:
        """Count a message to a client."""
        self.messages_out += 1
        self.bytes_out += size

    def refused(self, reason: str) -> None:
        """Count an operation that was refused."""
        self.refusals[reason] += 1

    def text(self, gauges: dict[str, float]) -> str:
        """Give everything as Prometheus reads it."""
        counters = {
            "messages_received": self.messages_in,
            "bytes_received": self.bytes_in,
            "messages_sent": self.messages_out,
            "bytes_sent": self.bytes_out,
            "connections": self.connections,
            "connections_refused": self.refused_connections,
            "samples_broken": self.broken_samples,
        }
        lines = []
        for name, value in counters.items():
            full = f"hristudio_bridge_{name}_total"
            lines += [f"# TYPE {full} counter", f"{full} {value}"]
        lines.append("# TYPE hristudio_bridge_refusals_total counter")
        for reason, number in sorted(self.refusals.items()):
            lines.append(f'hristudio_bridge_refusals_total{{reason="{reason}"}} {number}')
        for name, gauge in gauges.items():
            lines += [f"# TYPE hristudio_bridge_{name} gauge", f"hristudio_bridge_{name} {gauge:g}"]
        return "\n".join(lines) + "\n"

"""One message type's way through a rosbridge server, in both directions."""

import itertools
import json
from typing import Any

from tests.servers.bridge import Client, wait_for
from tests.servers.peer import Peer

_numbers = itertools.count(1)


def fresh(kind: str = "topic") -> str:
    """Give a name that nobody used before."""
    return f"/conformance/{kind}_{next(_numbers)}"


class Link:
    """A client and a ROS node that exchange messages of one type on two topics."""

    def __init__(self, url: str, peer: Peer, kind: str, message: type) -> None:
        self.client = Client(url)
        self.into, self.out = fresh("into"), fresh("out")
        self.client.send("advertise", topic=self.into, type=kind)
        self.received = peer.listen(message, self.into, via=self.client)
        self.client.send("subscribe", topic=self.out, type=kind)
        self.publisher = peer.publisher(message, self.out)

    def to_ros(self, msg: Any) -> Any:
        """Publish from the client and give what ROS received."""
        count = len(self.received)
        self.client.send("publish", topic=self.into, msg=msg)
        wait_for(lambda: len(self.received) > count, f"{msg} arrives")
        return self.received[-1]

    def from_ros(self, message: Any) -> Any:
        """Publish from ROS and give what the client received."""
        self.publisher.publish(message)
        return self.client.until("publish")["msg"]

    def refusal(self, msg: Any) -> str:
        """Publish what must be refused and give the reason; ROS may get nothing."""
        count = len(self.received)
        self.client.send("publish", topic=self.into, msg=msg, id="refused")
        text: str = self.client.until("status", level="error", id="refused")["msg"]
        assert len(self.received) == count, f"{msg} was published"
        return text


def heard(client: Client, publisher: Any, message: Any) -> Any:
    """Publish until something arrives, and give it: without acknowledgement nothing waits for two to meet."""

    def arrived() -> list[Any]:
        publisher.publish(message)
        return [told["msg"] for told in client.quiet(0.1) if told["op"] == "publish"]

    return wait_for(arrived, f"{message} arrives")[0]


def fragments(client: Client) -> list[dict[str, Any]]:
    """Read one fragmented message in its parts."""
    parts = [client.until("fragment")]
    while len(parts) < parts[0]["total"]:
        parts.append(client.until("fragment", id=parts[0]["id"]))
    return parts


def joined(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Put fragments together as section 3.1.1 has it."""
    ordered = sorted(parts, key=lambda part: part["num"])
    message: dict[str, Any] = json.loads("".join(part["data"] for part in ordered))
    return message

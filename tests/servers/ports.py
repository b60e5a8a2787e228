"""Ports for servers that cannot listen on port 0, or that come back where they were."""

import itertools
import os
import socket

# Above the reservations of ROS domains and below the ephemeral ports: no connection is given one of them.
FIRST = 23_000
EACH = 90
_numbers = itertools.cycle(range(EACH))


def free_port() -> int:
    """Give a port that nobody listens on; no other test process gives it, as none has our ROS domain."""
    first = FIRST + EACH * int(os.environ.get("ROS_DOMAIN_ID", "0"))
    for number in itertools.islice(_numbers, EACH):
        with socket.socket() as probe:
            # As servers do: what an ended one left behind keeps nobody away.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", first + number))
            except OSError:
                continue
            return first + number
    raise RuntimeError(f"all ports from {first} on are taken: are {EACH} servers left behind?")

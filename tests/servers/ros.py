"""A ROS domain of its own for every test process."""

import os
import socket

# Domains above 101 collide with Linux's ephemeral ports.
DOMAINS = range(1, 101)
# Below the ephemeral ports and away from DDS's own 7400 and up.
RESERVATION_PORT = 22_000


def reserve_domain() -> socket.socket:
    """Take a domain id that no other test process on this machine holds.

    The reservation is a listening socket, so it ends with the process however that ends.
    """
    for domain in DOMAINS:
        reservation = socket.socket()
        try:
            reservation.bind(("127.0.0.1", RESERVATION_PORT + domain))
        except OSError:
            reservation.close()
            continue
        os.environ["ROS_DOMAIN_ID"] = str(domain)
        os.environ["ROS_AUTOMATIC_DISCOVERY_RANGE"] = "LOCALHOST"
        return reservation
    raise RuntimeError("no free ROS domain: are 100 test processes running?")

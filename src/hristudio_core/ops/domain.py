"""A ROS domain that nobody else on this machine uses."""

import socket
from dataclasses import dataclass

from hristudio_core.ops.errors import MachineError

# Domains above 101 collide with Linux's ephemeral ports; 0 is everybody's.
FIRST, LAST = 1, 100
# Below the ephemeral ports and away from DDS's own 7400 and up.
RESERVATION_PORT = 22_000


class NoDomainFreeError(MachineError):
    """Every ROS domain is reserved."""

    def __init__(self) -> None:
        super().__init__(f"all ROS domains from {FIRST} to {LAST} are reserved by other processes")


@dataclass(frozen=True)
class Reservation:
    """A domain, reserved until this is closed or the process ends."""

    domain: int
    socket: socket.socket

    def close(self) -> None:
        """Give it back."""
        self.socket.close()


def reserve_domain() -> Reservation:
    """Reserve a domain, by a listening socket: so it ends with the process, however that ends.

    Raises:
        NoDomainFreeError: All are taken.
    """
    for domain in range(LAST, FIRST - 1, -1):
        held = socket.socket()
        try:
            held.bind(("127.0.0.1", RESERVATION_PORT + domain))
        except OSError:
            held.close()
            continue
        return Reservation(domain, held)
    raise NoDomainFreeError

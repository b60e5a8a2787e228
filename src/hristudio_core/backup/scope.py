"""What of a backup is meant."""

from typing import Literal, get_args

Service = Literal["database", "files", "recordings"]
Scope = frozenset[Service]
SERVICES: tuple[Service, ...] = get_args(Service)
EVERYTHING: Scope = frozenset(SERVICES)

"""Every rosapi service by its name."""

from hristudio_bridge.rosapi import census, definitions, host, parameters
from hristudio_bridge.rosapi.builtin import Builtin


class Builtins:
    """Finds rosapi services under `/rosapi` and under the bridge's own namespace."""

    def __init__(self, namespace: str) -> None:
        services = (*census.BUILTINS, *definitions.BUILTINS, *host.BUILTINS, *parameters.BUILTINS)
        self._prefixes = ("/rosapi/", f"{namespace.rstrip('/')}/rosapi/")
        self._services = {service.name: service for service in services}

    def find(self, service: str) -> Builtin | None:
        """Find a service by its absolute name."""
        for prefix in self._prefixes:
            if service.startswith(prefix):
                return self._services.get(service.removeprefix(prefix))
        return None

    def types(self) -> dict[str, list[str]]:
        """Name the services with their types."""
        return {self._prefixes[0] + service.name: [service.type] for service in self._services.values()}

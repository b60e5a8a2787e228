"""Who asks rosapi, and what the answers are made from."""

from collections.abc import Mapping
from dataclasses import dataclass

from hristudio_bridge.access import Policy
from hristudio_bridge.calls import ServicePool
from hristudio_bridge.graph import Census, Graph
from hristudio_bridge.interfaces import Interfaces
from hristudio_bridge.names import resolve


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A client's role beside the parts of the bridge that know the graph.

    `own` names the services that the bridge answers itself, with their types.
    """

    role: str
    namespace: str
    policy: Policy
    graph: Graph
    census: Census
    interfaces: Interfaces
    services: ServicePool
    own: Mapping[str, list[str]]

    def may(self, kind: str, name: str) -> bool:
        """Tell whether the client may do `kind` with an absolute name."""
        return self.policy.may(self.role, kind, name)

    def absolute(self, name: str) -> str:
        """Make a name absolute that the client gave."""
        return resolve(name, self.namespace)

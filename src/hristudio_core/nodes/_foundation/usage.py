"""What a node tells when it is asked for help instead of being started."""

import dataclasses
import inspect
from typing import Any, get_args

from hristudio_bridge.usage import listing
from hristudio_core.nodes._foundation.managed import ManagedNode
from hristudio_core.nodes._foundation.parameters import describe

AUTOSTART = {"autostart": (True, "Become active without being told to.")}


def usage(name: str, node: type[ManagedNode[Any]]) -> str:
    """Describe a node, how it is started and every parameter."""
    introduction = (
        f"usage: {name} [-h] [--ros-args -r __ns:=NAMESPACE -p NAME:=VALUE ... --params-file FILE]",
        "",
        inspect.cleandoc(node.__doc__ or ""),
        "",
        "parameters (default):",
    )
    return "\n".join((*introduction, *listing(AUTOSTART | describe(_parameters(node)))))


def _parameters(node: type[ManagedNode[Any]]) -> type[Any]:
    """Find the type of a node's parameters, which is that of the generic it derives from."""
    bases = (base for kind in node.__mro__ for base in getattr(kind, "__orig_bases__", ()))
    kinds = (kind for base in bases for kind in get_args(base))
    return next(kind for kind in kinds if isinstance(kind, type) and dataclasses.is_dataclass(kind))

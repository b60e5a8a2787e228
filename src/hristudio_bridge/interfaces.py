"""Finds generated interface classes by name, in any spelling that clients use."""

import importlib
import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hristudio_bridge.codec import Codec
from hristudio_bridge.errors import UnknownType

_NAME = re.compile(r"[A-Za-z]\w*", re.ASCII)
MAX_NAME = 255


@dataclass(frozen=True, slots=True)
class ServiceType:
    """A service interface with the codecs of its two halves."""

    name: str
    interface: type[Any]
    request: Codec
    response: Codec


@dataclass(frozen=True, slots=True)
class ActionType:
    """An action interface, taken apart into the services and topics it is made of."""

    name: str
    send_goal: ServiceType
    get_result: ServiceType
    cancel_goal: ServiceType
    feedback: Codec
    status: Codec
    goal: Codec
    result: Codec


class Interfaces:
    """Loads interface types and keeps their codecs."""

    def __init__(self) -> None:
        self._messages: dict[str, Codec] = {}
        self._services: dict[str, ServiceType] = {}
        self._actions: dict[str, ActionType] = {}

    def message(self, name: str) -> Codec:
        """Find `pkg/Name` or `pkg/msg/Name`; raises UnknownType."""
        found = self._messages.get(name)
        if found is None:
            found = self._messages[name] = Codec(_load(name, "msg"))
        return found

    def full(self, name: str, kind: str) -> str:
        """Spell `pkg/Name` as `pkg/kind/Name`."""
        return name.replace("/", f"/{kind}/") if name.count("/") == 1 else name

    def service(self, name: str) -> ServiceType:
        """Find `pkg/Name` or `pkg/srv/Name`; raises UnknownType."""
        found = self._services.get(name)
        if found is None:
            found = self._services[name] = _service(_load(name, "srv"))
        return found

    def action(self, name: str) -> ActionType:
        """Find `pkg/Name` or `pkg/action/Name`; raises UnknownType."""
        found = self._actions.get(name)
        if found is None:
            found = self._actions[name] = _action(_load(name, "action"))
        return found


def full_name(interface: type[Any]) -> str:
    """Give `pkg/kind/Name` of a generated class."""
    package, kind = interface.__module__.split(".")[:2]
    return f"{package}/{kind}/{interface.__name__}"


def _service(interface: type[Any]) -> ServiceType:
    return ServiceType(full_name(interface), interface, Codec(interface.Request), Codec(interface.Response))


def _action(interface: type[Any]) -> ActionType:
    parts = interface.Impl
    return ActionType(
        full_name(interface),
        _service(parts.SendGoalService),
        _service(parts.GetResultService),
        _service(parts.CancelGoalService),
        Codec(parts.FeedbackMessage),
        Codec(parts.GoalStatusMessage),
        Codec(interface.Goal),
        Codec(interface.Result),
    )


def _is_interface_package(package: str, kind: str) -> bool:
    """Tell whether a package has interfaces of a kind, without importing it.

    A client names packages as it likes, and to import one is to run it.
    """
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return False
    folders = spec.submodule_search_locations if spec is not None else None
    return any((Path(folder) / kind / "__init__.py").is_file() for folder in folders or ())


def _load(name: str, kind: str) -> type[Any]:
    if len(name) > MAX_NAME:
        raise UnknownType(f"{name[:MAX_NAME]!r}... is no type name: it is too long")
    parts = name.split("/")
    if len(parts) == 2:
        parts.insert(1, kind)
    if len(parts) != 3 or not all(map(_NAME.fullmatch, parts)):
        raise UnknownType(f"{name!r} is no type name: expected package/{kind}/Name")
    # an action's own parts (pkg/action/Name_Feedback) are messages, too
    if parts[1] != kind and not (kind == "msg" and parts[1] in {"srv", "action"}):
        raise UnknownType(f"{name!r} is not one of the {kind} types")
    if not _is_interface_package(parts[0], parts[1]):
        raise UnknownType(f"type {'/'.join(parts)} is not installed here")
    try:
        package = importlib.import_module(".".join(parts[:2]))
        found = getattr(package, parts[2], None)
        if found is None:
            # Fibonacci_Goal is Fibonacci.Goal
            whole, _, part = parts[2].rpartition("_")
            found = getattr(getattr(package, whole), part)
    except (ImportError, AttributeError):
        raise UnknownType(f"type {'/'.join(parts)} is not installed here") from None
    marker = {"msg": "SLOT_TYPES", "srv": "Request", "action": "Goal"}[kind]
    if not isinstance(found, type) or not hasattr(found, marker):
        raise UnknownType(f"{'/'.join(parts)} is not one of the {kind} types")
    meta: Any = type(found)
    try:
        meta.__import_type_support__()
    except Exception as error:  # noqa: BLE001 - whatever a broken interface library raises
        raise UnknownType(f"type {'/'.join(parts)} cannot be loaded: {error}") from None
    return found

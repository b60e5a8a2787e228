"""ROS messages from plain values, every value checked against its field's type."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from hristudio_core.nodes._foundation import interface_type
from hristudio_core.robot import FieldError, Interface, Kind, TypeMissingError
from hristudio_core.robot.fields import check_scalar

_SEQUENCE = re.compile(r"sequence<(.+?)(?:,\s*(\d+))?>")
_ARRAY = re.compile(r"(.+)\[(\d+)\]")


def load_type(interface: Interface) -> Any:
    """Import the interface's type.

    Raises:
        TypeMissingError: It is not installed here; names the package that brings it.
    """
    package = interface.type.split("/")[0]
    try:
        return interface_type(interface.type)
    except ImportError as error:
        raise TypeMissingError(interface.type, package) from error
    except AttributeError as error:
        raise TypeMissingError(interface.type, package, str(error)) from error


def sent_type(interface: Interface) -> Any:
    """Give the message, request or goal type that is sent on an interface."""
    loaded = load_type(interface)
    if interface.kind is Kind.TOPIC:
        return loaded
    return loaded.Request if interface.kind is Kind.SERVICE else loaded.Goal


def build(kind: Any, values: Mapping[str, Any], path: str = "") -> Any:
    """Make a message of a type; fields that are not named keep their defaults.

    Raises:
        FieldError: A field is unknown, or a value does not fit its type.
    """
    message = kind()
    fields = kind.get_fields_and_field_types()
    if not isinstance(values, Mapping):
        raise FieldError(path or kind.__name__, f"{values!r} is no mapping of the fields of {kind.__name__}")
    for name, value in values.items():
        here = f"{path}.{name}" if path else name
        if name not in fields:
            raise FieldError(here, f"no such field in {kind.__name__}; it has {', '.join(fields)}")
        setattr(message, name, _convert(fields[name], value, here))
    return message


def _convert(kind: str, value: Any, path: str) -> Any:
    if found := _SEQUENCE.fullmatch(kind):
        return _convert_list(found[1], value, path, most=int(found[2]) if found[2] else None)
    if found := _ARRAY.fullmatch(kind):
        return _convert_list(found[1], value, path, exactly=int(found[2]))
    if "/" in kind:
        return build(interface_type(kind), value, path)
    return check_scalar(kind, value, path)


def _convert_list(
    kind: str, value: Any, path: str, *, most: int | None = None, exactly: int | None = None
) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise FieldError(path, f"{value!r} is no list")
    if most is not None and len(value) > most:
        raise FieldError(path, f"{len(value)} elements are more than {most}")
    if exactly is not None and len(value) != exactly:
        raise FieldError(path, f"{len(value)} elements, it has {exactly}")
    return [_convert(kind, element, f"{path}[{index}]") for index, element in enumerate(value)]


def check_names(kind: Any, template: Any, path: str = "") -> None:
    """Check that a type has the fields that a template sets, without knowing their values.

    Raises:
        FieldError: It has not.
    """
    if not isinstance(template, Mapping):
        return
    fields = kind.get_fields_and_field_types()
    for name, value in template.items():
        here = f"{path}.{name}" if path else name
        if name not in fields:
            raise FieldError(here, f"no such field in {kind.__name__}; it has {', '.join(fields)}")
        for inner_kind, inner in _nested(fields[name], value):
            check_names(inner_kind, inner, here)


def _nested(kind: str, value: Any) -> Iterator[tuple[Any, Any]]:
    found = _SEQUENCE.fullmatch(kind) or _ARRAY.fullmatch(kind)
    element = found[1] if found else kind
    if "/" in element:
        for inner in value if found and isinstance(value, list) else [value]:
            yield interface_type(element), inner

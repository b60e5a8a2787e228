"""rosapi: parameters of any node, named `/node:parameter`, their values as JSON texts."""

import asyncio
from typing import Any

import orjson

from hristudio_bridge.errors import BridgeError, Denied, InvalidOperation, PeerError
from hristudio_bridge.rosapi.builtin import Builtin, Values, text
from hristudio_bridge.rosapi.inquiry import Inquiry

TIMEOUT_S = 2.0
# rcl_interfaces/msg/ParameterType -> field of rcl_interfaces/msg/ParameterValue
FIELDS = {
    1: "bool_value", 2: "integer_value", 3: "double_value", 4: "string_value", 5: "byte_array_value",
    6: "bool_array_value", 7: "integer_array_value", 8: "double_array_value", 9: "string_array_value",
}  # fmt: skip
SCALARS = {bool: 1, int: 2, float: 3, str: 4}
ARRAYS = {bool: 6, int: 7, float: 8, str: 9}


def split(inquiry: Inquiry, name: str) -> tuple[str, str]:
    """Take `node:parameter` apart and make the node absolute; raises InvalidOperation."""
    node, mark, parameter = name.partition(":")
    if not mark or not parameter:
        raise InvalidOperation(f"parameter {name!r} must be named as node:parameter")
    return inquiry.absolute(node), parameter


def _require(inquiry: Inquiry, kind: str, node: str, parameter: str) -> None:
    if not inquiry.may(kind, f"{node}:{parameter}"):
        raise Denied(f"role {inquiry.role} may not {kind.replace('_', ' ')} {node}:{parameter}")


async def _ask(inquiry: Inquiry, node: str, name: str, type_name: str, request: Values) -> Values:
    kind = inquiry.interfaces.service(f"rcl_interfaces/srv/{type_name}")
    raw = kind.request.write(request, inquiry.graph.now)
    return kind.response.read_json(await inquiry.services.call(f"{node}/{name}", kind, raw, TIMEOUT_S))


def to_json(value: Values) -> str | None:
    """Give a ParameterValue as JSON text; None when it is not set."""
    field = FIELDS.get(value["type"])
    return None if field is None else orjson.dumps(value[field]).decode()


def from_json(source: str) -> Values:
    """Read a JSON text as a ParameterValue; a text that is no JSON stands for itself."""
    try:
        value: Any = orjson.loads(source)
    except orjson.JSONDecodeError:
        value = source
    if isinstance(value, list):
        kinds = {type(item) for item in value} or {str}
        if kinds == {int, float}:
            kinds, value = {float}, [float(item) for item in value]
        code = ARRAYS.get(kinds.pop()) if len(kinds) == 1 else None
    else:
        code = SCALARS.get(type(value))
    if code is None:
        raise InvalidOperation("a parameter is a truth value, a number, a text, or a list of one of these")
    return {"type": code, FIELDS[code]: value}


async def _values(inquiry: Inquiry, arguments: Values) -> Values:
    node, parameter = split(inquiry, text(arguments, "name"))
    _require(inquiry, "read_parameters", node, parameter)
    reply = await _ask(inquiry, node, "get_parameters", "GetParameters", {"names": [parameter]})
    values: list[Values] = reply["values"]
    return values[0] if values else {"type": 0}


async def get_param(inquiry: Inquiry, arguments: Values) -> Values:
    """Give a parameter, or the default that the caller names."""
    try:
        value = to_json(await _values(inquiry, arguments))
    except PeerError as error:
        return {"value": text(arguments, "default_value"), "successful": False, "reason": str(error)}
    if value is None:
        return {"value": text(arguments, "default_value"), "successful": False, "reason": "it is not set"}
    return {"value": value, "successful": True, "reason": ""}


async def has_param(inquiry: Inquiry, arguments: Values) -> Values:
    """Tell whether a parameter is set."""
    try:
        exists = to_json(await _values(inquiry, arguments)) is not None
    except PeerError as error:
        return {"exists": False, "successful": False, "reason": str(error)}
    return {"exists": exists, "successful": True, "reason": ""}


async def _set(inquiry: Inquiry, name: str, value: Values) -> Values:
    node, parameter = split(inquiry, name)
    _require(inquiry, "write_parameters", node, parameter)
    try:
        reply = await _ask(
            inquiry,
            node,
            "set_parameters",
            "SetParameters",
            {"parameters": [{"name": parameter, "value": value}]},
        )
    except PeerError as error:
        return {"successful": False, "reason": str(error)}
    result: Values = reply["results"][0]
    return {"successful": result["successful"], "reason": result["reason"]}


async def set_param(inquiry: Inquiry, arguments: Values) -> Values:
    """Set a parameter."""
    return await _set(inquiry, text(arguments, "name"), from_json(text(arguments, "value")))


async def delete_param(inquiry: Inquiry, arguments: Values) -> Values:
    """Unset a parameter."""
    return await _set(inquiry, text(arguments, "name"), {"type": 0})


async def get_param_names(inquiry: Inquiry, _: Values) -> Values:
    """List every parameter of every node that answers."""
    nodes = sorted(set(inquiry.census.nodes()))
    found = await asyncio.gather(*(_names(inquiry, node) for node in nodes))
    names = [f"{node}:{name}" for node, names in zip(nodes, found, strict=True) for name in names]
    return {"names": [name for name in names if inquiry.may("read_parameters", name)]}


async def _names(inquiry: Inquiry, node: str) -> list[str]:
    if f"{node}/list_parameters" not in inquiry.census.services():
        return []
    try:
        reply = await _ask(inquiry, node, "list_parameters", "ListParameters", {})
    except BridgeError:
        # a node that does not answer has none to show
        return []
    names: list[str] = reply["result"]["names"]
    return names


BUILTINS = (
    Builtin("get_param", "rosapi_msgs/srv/GetParam", ("name", "default_value"), get_param),
    Builtin("set_param", "rosapi_msgs/srv/SetParam", ("name", "value"), set_param),
    Builtin("has_param", "rosapi_msgs/srv/HasParam", ("name",), has_param),
    Builtin("delete_param", "rosapi_msgs/srv/DeleteParam", ("name",), delete_param),
    Builtin("get_param_names", "rosapi_msgs/srv/GetParamNames", (), get_param_names),
)

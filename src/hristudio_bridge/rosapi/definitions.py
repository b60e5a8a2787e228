"""rosapi: how types are made."""

from typing import Any

from hristudio_bridge.codec import Codec
from hristudio_bridge.codec.schema import Array, Scalar, Sequence, Shape, Struct, Text
from hristudio_bridge.errors import UnknownType
from hristudio_bridge.rosapi.builtin import Builtin, Values, text
from hristudio_bridge.rosapi.census import visible_topics
from hristudio_bridge.rosapi.inquiry import Inquiry

RULE = "=" * 80
# IDL names -> names in .msg files
MSG_NAMES = {"boolean": "bool", "octet": "byte", "float": "float32", "double": "float64"}


def short(name: str) -> str:
    """Give `pkg/Name` of `pkg/kind/Name`, as rosapi's clients know types."""
    package, _, rest = name.partition("/")
    return f"{package}/{rest.rpartition('/')[2]}"


def _element(shape: Shape) -> Shape:
    return shape.element if isinstance(shape, Array | Sequence) else shape


def _type_name(shape: Shape) -> str:
    element = _element(shape)
    match element:
        case Struct():
            return short(element.name)
        case Text():
            return "wstring" if element.wide else "string"
        case Scalar():
            return element.name
    return ""


def _length(shape: Shape) -> int:
    """Give rosapi's array length: -1 for none, 0 for any."""
    if isinstance(shape, Array):
        return shape.size
    return 0 if isinstance(shape, Sequence) else -1


def _example(shape: Shape, default: Any) -> str:
    if isinstance(shape, Array | Sequence):
        return "[]"
    return "{}" if isinstance(shape, Struct) else str(default)


def constants(message: type[Any]) -> dict[str, Any]:
    """Read the constants of a generated class, which hang on its metaclass under a private name."""
    meta = type(message)
    found: dict[str, Any] = getattr(meta, f"_{meta.__name__}__constants", {})
    return found


def typedef(schema: Struct, values: dict[str, Any]) -> Values:
    """Describe one type as rosapi_msgs/msg/TypeDef has it."""
    return {
        "type": short(schema.name),
        "fieldnames": [field.name for field in schema.fields],
        "fieldtypes": [_type_name(field.shape) for field in schema.fields],
        "fieldarraylen": [_length(field.shape) for field in schema.fields],
        "examples": [_example(field.shape, field.default) for field in schema.fields],
        "constnames": list(values),
        "constvalues": [str(value) for value in values.values()],
    }


def parts(schema: Struct) -> dict[str, Struct]:
    """List a type and all types within it, each once, outermost first."""
    found = {schema.name: schema}
    for field in schema.fields:
        element = _element(field.shape)
        if isinstance(element, Struct) and element.name not in found:
            found = {**found, **{name: part for name, part in parts(element).items() if name not in found}}
    return found


def _typedefs(inquiry: Inquiry, codec: Codec) -> Values:
    described = []
    for name, schema in parts(codec.schema).items():
        message = codec.message if name == codec.name else inquiry.interfaces.message(name).message
        described.append(typedef(schema, constants(message)))
    return {"typedefs": described}


async def message_details(inquiry: Inquiry, arguments: Values) -> Values:
    """Describe a message type and the types within it."""
    return _typedefs(inquiry, inquiry.interfaces.message(text(arguments, "type")))


async def service_request_details(inquiry: Inquiry, arguments: Values) -> Values:
    """Describe a service's request."""
    return _typedefs(inquiry, inquiry.interfaces.service(text(arguments, "type")).request)


async def service_response_details(inquiry: Inquiry, arguments: Values) -> Values:
    """Describe a service's response."""
    return _typedefs(inquiry, inquiry.interfaces.service(text(arguments, "type")).response)


async def action_goal_details(inquiry: Inquiry, arguments: Values) -> Values:
    """Describe an action's goal."""
    return _typedefs(inquiry, inquiry.interfaces.action(text(arguments, "type")).goal)


async def action_result_details(inquiry: Inquiry, arguments: Values) -> Values:
    """Describe an action's result."""
    return _typedefs(inquiry, inquiry.interfaces.action(text(arguments, "type")).result)


async def action_feedback_details(inquiry: Inquiry, arguments: Values) -> Values:
    """Describe an action's feedback."""
    name = inquiry.interfaces.action(text(arguments, "type")).name
    return _typedefs(inquiry, inquiry.interfaces.message(f"{name}_Feedback"))


def _spelled(shape: Shape) -> str:
    element = _element(shape)
    if isinstance(element, Text):
        name = ("wstring" if element.wide else "string") + (f"<={element.bound}" if element.bound else "")
    elif isinstance(element, Scalar):
        name = MSG_NAMES.get(element.name, element.name)
    else:
        name = _type_name(shape)
    if isinstance(shape, Array):
        return f"{name}[{shape.size}]"
    if isinstance(shape, Sequence):
        return f"{name}[{f'<={shape.bound}' if shape.bound else ''}]"
    return name


def full_text(inquiry: Inquiry, type_name: str) -> str:
    """Spell out a type and all types within it, as bag files have it."""
    try:
        codec = inquiry.interfaces.message(type_name)
    except UnknownType as error:
        return f"# {error}\n"
    pieces = []
    for name, schema in parts(codec.schema).items():
        lines = [] if name == codec.name else [f"MSG: {short(name)}"]
        lines += [f"{_spelled(field.shape)} {field.name}" for field in schema.fields]
        pieces.append("\n".join(lines) + "\n")
    return f"{RULE}\n".join(pieces)


async def topics_and_raw_types(inquiry: Inquiry, _: Values) -> Values:
    """List topics with types, spelled out."""
    found = visible_topics(inquiry)
    types = [names[0] for names in found.values()]
    return {
        "topics": list(found),
        "types": types,
        "typedefs_full_text": [full_text(inquiry, name) for name in types],
    }


BUILTINS = (
    Builtin("message_details", "rosapi_msgs/srv/MessageDetails", ("type",), message_details),
    Builtin(
        "service_request_details", "rosapi_msgs/srv/ServiceRequestDetails", ("type",), service_request_details
    ),
    Builtin(
        "service_response_details",
        "rosapi_msgs/srv/ServiceResponseDetails",
        ("type",),
        service_response_details,
    ),
    Builtin("action_goal_details", "rosapi_msgs/srv/ActionGoalDetails", ("type",), action_goal_details),
    Builtin("action_result_details", "rosapi_msgs/srv/ActionResultDetails", ("type",), action_result_details),
    Builtin(
        "action_feedback_details", "rosapi_msgs/srv/ActionFeedbackDetails", ("type",), action_feedback_details
    ),
    Builtin("topics_and_raw_types", "rosapi_msgs/srv/TopicsAndRawTypes", (), topics_and_raw_types),
)

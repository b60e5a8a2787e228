"""call_service, advertise_service, unadvertise_service, service_response (protocol 3.2.6 to 3.2.9)."""

import asyncio
from typing import TYPE_CHECKING, Any

from hristudio_bridge.calls.arguments import positional
from hristudio_bridge.errors import BridgeError, NotEstablished, NothingToUndo
from hristudio_bridge.names import split_id
from hristudio_bridge.ops.operation import Id, Model, Operation
from hristudio_bridge.ops.tracing import begin, hand_on
from hristudio_bridge.provide import ProvidedService

if TYPE_CHECKING:
    from hristudio_bridge.session import Session


class CallService(Model, frozen=True, kw_only=True):
    """Fields of `call_service`; the timeout is in seconds, `traceparent` is ours."""

    service: str
    args: Any = None
    type: str | None = None
    timeout: float | None = None
    traceparent: str | None = None
    fragment_size: int | None = None
    compression: str | None = "none"


class AdvertiseService(Model, frozen=True, kw_only=True):
    """Fields of `advertise_service`."""

    service: str
    type: str


class Service(Model, frozen=True, kw_only=True):
    """Fields of `unadvertise_service`."""

    service: str


class ServiceResponse(Model, frozen=True, kw_only=True):
    """Fields of `service_response`."""

    service: str
    values: Any = None
    result: bool = True


def call_service(session: "Session", op: CallService) -> None:
    """Call a service and send the response when it comes."""
    bare, key = split_id(op.service, op.id)
    service = session.require("call", bare)
    session.spawn(_call(session, op, service, key))


async def _call(session: "Session", op: CallService, service: str, key: Id) -> None:
    bridge = session.bridge
    span = begin(bridge, "call_service", service, op.traceparent)
    try:
        builtin = bridge.builtin(service)
        if builtin is not None:
            values = await builtin(bridge.inquiry(session.identity.role), positional(op.args, builtin.fields))
        else:
            kind = await bridge.services.type_of(service, op.type)
            names = tuple(field.name for field in kind.request.schema.fields)
            arguments = hand_on(positional(op.args, names), names, span, op.traceparent)
            request = kind.request.write(arguments, bridge.graph.now)
            timeout = (
                bridge.settings.default_call_service_timeout if op.timeout is None else max(op.timeout, 0.0)
            )
            values = kind.response.read_json(await bridge.services.call(service, kind, request, timeout))
    except BridgeError as error:
        span.fail(type(error).__name__)
        session.refuse(error, key, "call_service")
        _respond(session, op.service, key, str(error), result=False)
    except Exception as error:  # the edge of a task: a call must be answered whatever happens
        span.fail(type(error).__name__)
        bridge.log.exception("calling %s failed", service)
        _respond(session, op.service, key, "internal error", result=False)
    else:
        _respond(session, op.service, key, values, result=True, op=op)
    finally:
        span.end()


def _respond(
    session: "Session", service: str, key: Id, values: Any, *, result: bool, op: CallService | None = None
) -> None:
    message = {"op": "service_response", "service": service, "values": values, "result": result}
    session.finish(asyncio.current_task())
    if key is not None:
        message["id"] = key
    if op is None:
        session.send(message)
    else:
        session.send(
            message, fragment_size=max(op.fragment_size or 0, 0), compression=op.compression or "none"
        )


def _fail_call(session: "Session", message: dict[str, Any], key: Id, text: str) -> None:
    service = message.get("service")
    if isinstance(service, str):
        _respond(session, service, split_id(service, key)[1], text, result=False)


def advertise_service(session: "Session", op: AdvertiseService) -> None:
    """Offer a service that the client answers."""
    service = session.require("serve", op.service)
    kind = session.bridge.interfaces.service(op.type)
    key = ("service", service)
    previous = session.holdings.pop(key, None)
    if previous is not None:
        previous.close()
    session.bridge.take_over(key, session)
    session.hold(key, ProvidedService(session, op.service, service, kind))


def unadvertise_service(session: "Session", op: Service) -> None:
    """Withdraw a service."""
    service = session.require("serve", op.service)
    held = session.holdings.pop(("service", service), None)
    if held is None:
        raise NothingToUndo(f"service {service} is not advertised by this client")
    held.close()


def service_response(session: "Session", op: ServiceResponse) -> None:
    """Take the client's response to a call of a service that it offers."""
    service = session.require("serve", op.service)
    held = session.holdings.get(("service", service))
    if not isinstance(held, ProvidedService):
        raise NotEstablished(f"service {service} is not advertised by this client")
    held.respond(op.id, op.values, result=op.result)


OPERATIONS = (
    Operation("call_service", CallService, call_service, _fail_call),
    Operation("advertise_service", AdvertiseService, advertise_service, told=True),
    Operation("unadvertise_service", Service, unadvertise_service, told=True),
    Operation("service_response", ServiceResponse, service_response),
)

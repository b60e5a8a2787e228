"""The bridge as a process: builds the parts, starts them in order, stops them in reverse.

Run it with `python -m hristudio_bridge.node --ros-args -p port:=9090 ...`.
"""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import rclpy
import uvloop
from rcl_interfaces.msg import ParameterDescriptor
from rclpy.node import Node
from rclpy.signals import SignalHandlerOptions

from hristudio_bridge.access import Policy, TokenCheck, read_roles
from hristudio_bridge.access.keys import data_folder, read_key, read_or_make_key
from hristudio_bridge.bridge import Bridge
from hristudio_bridge.graph_ros import RosCensus, RosGraph, RosLog
from hristudio_bridge.loudness import Loudness
from hristudio_bridge.process import (
    bring_profile,
    keep_large_blocks,
    put_off_generator,
    put_off_numpy,
    settle,
)
from hristudio_bridge.report import Report
from hristudio_bridge.server import Server
from hristudio_bridge.settings import Settings, globs, parameter_globs
from hristudio_bridge.usage import asks_for_help, usage
from hristudio_telemetry import (
    DebugWatch,
    LibraryMissingError,
    Reporter,
    ReportHandler,
    Traces,
    nobody,
    open_reporter,
    open_traces,
)

ROLES = Path(__file__).parent / "access" / "roles.yaml"
BAD_SETTINGS = 2
SIGNALS = (signal.SIGINT, signal.SIGTERM)


def read_settings(node: Node) -> Settings:
    """Declare the parameters and read them; raises ValueError naming the one that is wrong."""
    values: dict[str, Any] = {}
    for name, (default, text) in Settings.descriptions().items():
        # dynamic typing, so that 30 is good enough for 30.0 and the message is ours
        descriptor = ParameterDescriptor(description=text, read_only=True, dynamic_typing=True)
        value = node.declare_parameter(name, default, descriptor).value
        if isinstance(default, float) and type(value) is int:
            value = float(value)
        if type(value) is not type(default):
            raise ValueError(f"parameter {name} must be of type {type(default).__name__}, not {value!r}")
        values[name] = value
    settings = Settings(**values)
    settings.check()
    _take_old_names(node, settings)
    return settings


def _take_old_names(node: Node, settings: Settings) -> None:
    """Let rosbridge's launch files set what has no effect here, and say so where they mean it."""
    for name, (default, reason) in Settings.WITHOUT_EFFECT.items():
        descriptor = ParameterDescriptor(
            description=f"no effect: {reason}", read_only=True, dynamic_typing=True
        )
        if node.declare_parameter(name, default, descriptor).value != default:
            node.get_logger().warning(f"parameter {name} has no effect: {reason}")
    if settings.use_compression:
        node.get_logger().warning("parameter use_compression has no effect: clients may ask for cbor or png")


def token_check(settings: Settings) -> TokenCheck | None:
    """Read the key of the tokens; raises OSError or ValueError."""
    if settings.auth == "none":
        return None
    if settings.auth_key_file:
        return TokenCheck(read_key(Path(settings.auth_key_file)))
    return TokenCheck(read_or_make_key(data_folder(os.environ) / "secrets" / "bridge.key"))


def build(
    node: Node, loop: asyncio.AbstractEventLoop, settings: Settings, traces: Traces, reporter: Reporter
) -> tuple[Bridge, RosGraph]:
    """Put the parts together; raises OSError or ValueError where a file is wrong."""
    namespace = node.get_namespace()
    limits = {
        "subscribe": globs(settings.topics_glob),
        "publish": globs(settings.topics_glob),
        "call": globs(settings.services_glob) and (*globs(settings.services_glob), "/rosapi/**"),
        "serve": globs(settings.services_glob),
        "goals": globs(settings.actions_glob),
        "serve_actions": globs(settings.actions_glob),
        "read_parameters": parameter_globs(settings.params_glob),
        "write_parameters": parameter_globs(settings.params_glob),
    }
    policy = Policy(
        read_roles(Path(settings.access_file) if settings.access_file else ROLES), namespace, limits
    )
    graph = RosGraph(node, loop)
    bridge = Bridge(
        settings,
        namespace,
        graph,
        RosCensus(node),
        policy=policy,
        tokens=token_check(settings),
        log=_log(node, reporter),
        traces=traces,
    )
    return bridge, graph


def _log(node: Node, reporter: Reporter) -> logging.Logger:
    # Of this process's one node. Its level changes, and only the known loggers notice.
    log = logging.getLogger("bridge")
    log.setLevel(logging.INFO)
    log.propagate = False
    log.addHandler(RosLog(node))
    if reporter is not nobody:
        log.addHandler(ReportHandler(reporter))
        # What a callback of the loop raised goes there, past our own logger.
        for handler in log.handlers:
            logging.getLogger("asyncio").addHandler(handler)
    return log


def _saying_more(node: Node, log: logging.Logger) -> Callable[[bool], None]:
    loudness = Loudness(node)

    def switch(on: bool) -> None:
        log.setLevel(logging.DEBUG if on else logging.INFO)
        loudness(on)

    return switch


async def serve(node: Node, traces: Traces, reporter: Reporter) -> int:
    """Run until a signal asks to end; give the exit code."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()

    def end(_number: int, _frame: object) -> None:
        # A process that was asked to end is ending: asked twice, it still ends in order.
        if not loop.is_closed():
            loop.call_soon_threadsafe(ended.set)

    for number in SIGNALS:
        # Not by the loop, which gives up its handlers before the node has gone.
        signal.signal(number, end)
    try:
        settings = read_settings(node)
        bridge, graph = build(node, loop, settings, traces, reporter)
    except (OSError, ValueError) as error:
        node.get_logger().fatal(f"the bridge cannot start: {error}")
        reporter((type(error), error, error.__traceback__), {"event": "the bridge cannot start"})
        return BAD_SETTINGS
    server = Server(bridge)
    graph.start()
    held = ExitStack()
    report = Report(bridge)
    port_file = Path(settings.port_file) if settings.port_file else None
    try:
        port = await _listen(node, server, settings, ended)
        if port is None:
            return 0
        _ready(node, settings, port)
        report.start()
        held.enter_context(
            DebugWatch(data_folder(os.environ) / "run", "bridge", _saying_more(node, bridge.log))
        )
        settle()
        await ended.wait()
    except OSError as error:
        node.get_logger().fatal(f"cannot listen on {settings.address}:{settings.port}: {error}")
        reporter((type(error), error, error.__traceback__), {"event": "the bridge cannot listen"})
        return 1
    finally:
        held.close()
        report.stop()
        await server.stop()
        bridge.close()
        graph.stop()
        if port_file is not None:
            port_file.unlink(missing_ok=True)
    return 0


async def _listen(node: Node, server: Server, settings: Settings, ended: asyncio.Event) -> int | None:
    """Listen and give the port; None when it was asked to end first. Raises OSError when it cannot."""
    while True:
        try:
            return await server.start()
        except OSError as error:
            if settings.retry_startup_delay <= 0:
                raise
            node.get_logger().warning(
                f"cannot listen on {settings.address}:{settings.port}: {error}; "
                f"again in {settings.retry_startup_delay:g} s"
            )
        # Python 3.10 has a class of its own for it
        with suppress(TimeoutError, asyncio.TimeoutError):
            await asyncio.wait_for(ended.wait(), settings.retry_startup_delay)
        if ended.is_set():
            return None


def _ready(node: Node, settings: Settings, port: int) -> None:
    node.declare_parameter(
        "actual_port",
        port,
        ParameterDescriptor(description="port that the bridge listens on", read_only=True),
    )
    if settings.auth == "none":
        node.get_logger().warning(
            "************ NO AUTHENTICATION (auth is none) ************ "
            "whoever reaches this port may drive the robot; for a lab bench only"
        )
    scheme = "wss" if settings.ssl else "ws"
    node.get_logger().info(f"Rosbridge WebSocket server started on {scheme}://{settings.address}:{port}")
    if settings.port_file:
        # written whole or not at all: supervisors wait for it
        target = Path(settings.port_file)
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        draft.write_text(f"{port}\n", encoding="ascii")
        draft.replace(target)


def main(args: list[str] | None = None) -> int:
    """Run the bridge node; `args` begins with the program's name."""
    if asks_for_help((sys.argv if args is None else args)[1:]):
        print(usage())  # noqa: T201 - the answer to --help
        return 0
    try:
        reporter, traces = open_reporter(os.environ, "bridge"), open_traces(os.environ, "bridge")
    except (LibraryMissingError, OSError, ValueError) as error:
        print(f"bridge: {error}", file=sys.stderr)  # noqa: T201 - nothing logs yet
        return BAD_SETTINGS
    # a thread that waits for ROS needs the interpreter soon when ROS wakes it
    sys.setswitchinterval(0.001)
    keep_large_blocks()
    put_off_numpy()
    put_off_generator()
    bring_profile(os.environ)
    rclpy.init(args=args, signal_handler_options=SignalHandlerOptions.NO)
    node = Node("bridge")
    try:
        return uvloop.run(serve(node, traces, reporter))
    finally:
        traces.close()
        node.destroy_node()
        rclpy.try_shutdown()
        for number in SIGNALS:
            # Only ignored signals stay so while Python finalizes.
            signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())

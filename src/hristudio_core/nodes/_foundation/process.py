"""A node as a process: start, spin, end in order."""

import os
import re
import sys
import threading
import time
import traceback
import warnings
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import rclpy
from rclpy.exceptions import ParameterException
from rclpy.executors import Executor, SingleThreadedExecutor
from rclpy.logging import get_logger
from rclpy.signals import SignalHandlerOptions

from hristudio_bridge.loudness import Loudness
from hristudio_bridge.process import bring_profile, put_off_generator
from hristudio_bridge.usage import asks_for_help
from hristudio_core.nodes._foundation.interruption import Interruption
from hristudio_core.nodes._foundation.managed import ManagedNode, NotReadyError
from hristudio_core.nodes._foundation.usage import usage
from hristudio_core.ops.settings import read_settings
from hristudio_telemetry import DebugWatch, LibraryMissingError, Reporter, Traces, open_reporter, open_traces

PLACES = ("HRISTUDIO_DATA", "HOME", "XDG_DATA_HOME")
"""What says where the data lie."""
EXIT_OK = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
DRAIN_S = 0.1


def run_node(factory: type[ManagedNode[Any]], args: list[str] | None = None) -> int:
    """Run one node until SIGINT, SIGTERM or a lifecycle shutdown; `--help` only tells about it.

    Args:
        factory: Makes the node; called once rclpy is up.
        args: Arguments with `--ros-args`; None takes the process's own.

    Returns:
        The process's exit code: 0 after an orderly end, 1 when the node failed, 2 when
        `args` make no sense.
    """
    name, *words = sys.argv if args is None else args
    if asks_for_help(words):
        print(usage(Path(name).stem, factory))  # noqa: T201 - the answer to --help
        return EXIT_OK
    called = _called(factory)
    try:
        reporter = open_reporter(os.environ, called)
        traces = open_traces(os.environ, called)
    except (LibraryMissingError, OSError, ValueError) as error:
        print(f"{called}: {error}", file=sys.stderr)  # noqa: T201 - nothing logs yet
        return EXIT_USAGE
    # Whoever asked and left before the answer, such as a node that is ended beside this one, misses nothing.
    warnings.filterwarnings("ignore", message="failed to send response", category=RuntimeWarning)
    put_off_generator()
    bring_profile(os.environ)
    try:
        rclpy.init(args=args, signal_handler_options=SignalHandlerOptions.NO)
    except Exception as error:  # noqa: BLE001 - edge of the process: bad --ros-args are the user's
        get_logger("hristudio").fatal(str(error))
        return EXIT_USAGE
    try:
        return _run(factory, called, traces, reporter)
    except ParameterException as error:
        get_logger("hristudio").fatal(str(error))
        return EXIT_USAGE
    except NotReadyError as error:
        get_logger("hristudio").fatal(str(error))
    except Exception as error:  # noqa: BLE001 - edge of the process: logged, then it ends
        get_logger("hristudio").fatal(traceback.format_exc())
        reporter((type(error), error, error.__traceback__), {"event": "the node ended by it"})
    finally:
        traces.close()
        rclpy.try_shutdown()
    return EXIT_FAILED


def _run_folder() -> Path:
    # Where the data lie, and no more: a node does not end for settings that are for others.
    known = {name: os.environ[name] for name in PLACES if name in os.environ}
    return read_settings(known).folder.run


def _run(factory: type[ManagedNode[Any]], called: str, traces: Traces, reporter: Reporter) -> int:
    # One callback at a time, in one thread: what takes long belongs in a thread of the
    # node's own. Measured choice, see docs/decisions/0030-executor.md.
    executor = SingleThreadedExecutor()
    ended = threading.Event()
    run = _run_folder()

    def end() -> None:
        ended.set()
        # wake() alone does not make a waiting spin_once return; a task does.
        executor.create_task(_nothing)

    with ExitStack() as held:
        held.enter_context(Interruption(end))
        node = factory()  # type: ignore[call-arg]  # each node names itself
        held.enter_context(DebugWatch(run, called, Loudness(node)))
        node.traces, node.reporter = traces, reporter
        node.when_finalized(end)
        executor.add_node(node)
        try:
            node.start()
            _spin(executor, ended)
        except BaseException:
            node.close()
            raise
        node.retire()
        _drain(executor)
        node.close()
    executor.shutdown()
    return EXIT_OK


def _called(factory: type[ManagedNode[Any]]) -> str:
    """Give a node's name, before there is a node: TrialManager is trial_manager."""
    return re.sub(r"(?<=.)(?=[A-Z])", "_", factory.__name__).lower()


def _spin(executor: Executor, ended: threading.Event) -> None:
    while not ended.is_set():
        executor.spin_once()


def _drain(executor: Executor) -> None:
    """Let results and replies go out that became known while the node retired."""
    deadline = time.monotonic() + DRAIN_S
    while (left := deadline - time.monotonic()) > 0:
        executor.spin_once(timeout_sec=left)


def _nothing() -> None:
    """Have the executor turn once."""

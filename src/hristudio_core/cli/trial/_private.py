"""Nodes and database that live as long as one trial, in a ROS domain of their own."""

import sys
import threading
from collections.abc import Callable, Mapping

from hristudio_core.ops.child import Program
from hristudio_core.ops.console import Console
from hristudio_core.ops.logline import Level, LogLine
from hristudio_core.ops.plan import Plan
from hristudio_core.ops.supervisor import Supervisor

NAME = "trial run"
PARTS = ("database", "sim_robot", "skill_server", "trial_manager", "event_logger")


class PrivateStack:
    """Runs `work` in a thread while the programs of a plan run, then ends them.

    The main thread starts the programs: they end with the thread that started them.

    Args:
        plan: What to start.
        console: Where its log goes.
        work: Called once the programs have been started.
        interrupt: Called at the first Ctrl-C; the second ends everything.
    """

    def __init__(
        self, plan: Plan, console: Console, work: Callable[[], None], interrupt: threading.Event
    ) -> None:
        self._plan = plan
        self._console = console
        self._work = work
        self._interrupt = interrupt
        self._failure: BaseException | None = None
        self._supervisor = Supervisor(plan.programs, self, name=NAME)

    def run(self) -> None:
        """Run everything; raises what `work` raised."""
        worker = threading.Thread(target=self._run_work, name="trial", daemon=True)
        self._supervisor.loop.post(worker.start)
        self._supervisor.run()
        self._interrupt.set()
        worker.join()
        if self._failure:
            raise self._failure

    def line(self, process: str, line: LogLine) -> None:
        """Show a line."""
        self._console.line(process, line)
        if process == NAME and line.level is not Level.INFO:
            print(line.text, file=sys.stderr, flush=True)

    def changed(self) -> None:
        """Nothing is shown of states."""

    def environment(self, program: Program) -> Mapping[str, str]:
        """Give a program's environment."""
        return self._plan.environment(program)

    def interrupted(self) -> bool:
        """End the trial first, then the rest."""
        if self._interrupt.is_set():
            return False
        self.line(NAME, LogLine(Level.WARN, "aborting the trial; once more to end everything at once"))
        self._interrupt.set()
        return True

    def _run_work(self) -> None:
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 - edge of the thread: raised again in the main one
            self._failure = error
        finally:
            self._supervisor.loop.post(self._supervisor.stop)

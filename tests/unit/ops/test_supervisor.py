"""Real child processes, real signals."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil
import pytest

from hristudio_core.ops.child import Program, describe_exit
from hristudio_core.ops.logline import Level, LogLine
from hristudio_core.ops.supervisor import Supervisor
from tests.servers.waiting import WAIT_S

# Says when it is there, and ends in order when it is asked to.
POLITE = """
import os, signal
# Not by print: the signal may come while that still writes.
signal.signal(signal.SIGTERM, lambda *_: (os.write(1, b"bye\\n"), os._exit(0)))
print("here", flush=True)
while True:
    signal.pause()
"""
STUBBORN = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("here", flush=True)
while True:
    signal.pause()
"""


class Recorder:
    """Keeps what the supervisor tells; runs a script of (line, action) pairs on it."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, LogLine]] = []
        self.reactions: dict[tuple[str, str], Callable[[], None]] = {}
        self.held = False

    def line(self, process: str, line: LogLine) -> None:
        self.lines.append((process, line))
        for (name, text), reaction in list(self.reactions.items()):
            if name == process and text in line.text:
                del self.reactions[name, text]
                reaction()

    def changed(self) -> None:
        pass

    def interrupted(self) -> bool:
        return self.held

    def environment(self, program: Program) -> Mapping[str, str]:
        return {**os.environ, **program.environment}

    def texts(self, process: str) -> list[str]:
        return [line.text for name, line in self.lines if name == process]


def python(name: str, code: str, **options: object) -> Program:
    return Program(name, (sys.executable, "-c", code), **options)


def pid_of(supervisor: Supervisor, name: str) -> int:
    return next(record.pid for record in supervisor.records if record.name == name)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


def test_children_end_stage_by_stage(recorder: Recorder):
    programs = [python("late", POLITE, stop_stage=2), python("early", POLITE, stop_stage=1)]
    supervisor = Supervisor(programs, recorder)
    here = []

    def arrived() -> None:
        here.append(1)
        if len(here) == 2:
            os.kill(os.getpid(), signal.SIGINT)

    recorder.reactions = {("late", "here"): arrived, ("early", "here"): arrived}
    supervisor.run()
    said = [name for name, line in recorder.lines if line.text == "bye"]
    assert said == ["early", "late"]
    assert {record.state for record in supervisor.records} == {"stopped"}


def test_a_killed_child_comes_back(recorder: Recorder):
    supervisor = Supervisor([python("node", POLITE)], recorder)

    def kill() -> None:
        recorder.reactions = {("node", "here"): supervisor.stop}
        os.kill(pid_of(supervisor, "node"), signal.SIGKILL)

    recorder.reactions = {("node", "here"): kill}
    supervisor.run()
    assert recorder.texts("node") == ["here", "here", "bye"]
    assert supervisor.records[0].restarts == 1
    assert any("killed by SIGKILL" in text for text in recorder.texts("up"))


def test_a_crash_loop_is_told_and_everything_else_goes_on(recorder: Recorder):
    programs = [python("broken", "print('no'); raise SystemExit(3)"), python("fine", POLITE)]
    supervisor = Supervisor(programs, recorder)
    recorder.reactions = {("up", "broken keeps ending"): supervisor.stop}
    supervisor.run()
    told = [line for name, line in recorder.lines if name == "up" and line.level is Level.ERROR]
    assert "exit code 3" in told[0].text
    assert recorder.texts("fine") == ["here", "bye"]


def test_a_child_that_does_not_end_is_killed(recorder: Recorder, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("hristudio_core.ops.supervisor.GRACE_S", 0.2)
    supervisor = Supervisor([python("stubborn", STUBBORN)], recorder)
    recorder.reactions = {("stubborn", "here"): supervisor.stop}
    supervisor.run()
    assert any("killed" in text for text in recorder.texts("up"))


def test_a_second_interrupt_ends_everything_at_once(recorder: Recorder):
    supervisor = Supervisor([python("stubborn", STUBBORN)], recorder)
    again = lambda: os.kill(os.getpid(), signal.SIGINT)  # noqa: E731
    recorder.reactions = {("stubborn", "here"): again, ("up", "stopping"): again}
    supervisor.run()
    assert any("forced" in text for text in recorder.texts("up"))
    assert supervisor.records[0].last_exit == "killed by SIGKILL"


def test_whoever_has_the_end_in_hand_is_not_hurried(recorder: Recorder):
    recorder.held = True
    supervisor = Supervisor([python("node", POLITE)], recorder)

    def interrupt() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        supervisor.loop.after(0.1, supervisor.stop)

    recorder.reactions = {("node", "here"): interrupt}
    supervisor.run()
    assert not any("stopping" in text for text in recorder.texts("up"))


def test_a_program_waits_for_what_it_needs(recorder: Recorder, tmp_path: Path):
    ready = tmp_path / "ready"
    programs = [
        python("first", f"open({str(ready)!r}, 'w')\n{POLITE}", ready_file=str(ready)),
        python("second", f"import os\nassert os.path.exists({str(ready)!r})\n{POLITE}", needs=("first",)),
    ]
    ready.write_text("stale: of a run before")
    supervisor = Supervisor(programs, recorder)
    recorder.reactions = {("second", "here"): supervisor.stop}
    supervisor.run()
    assert recorder.texts("second") == ["here", "bye"]
    assert supervisor.is_ready("first")


def test_output_without_an_end_of_line_is_not_lost(recorder: Recorder):
    supervisor = Supervisor([python("node", "import sys; sys.stdout.write('x' * 200_000 + 'end')")], recorder)
    recorder.reactions = {("up", "node ended"): supervisor.stop}
    supervisor.run()
    assert "".join(recorder.texts("node")) == "x" * 200_000 + "end"


def test_calls_from_other_threads_are_run_in_the_loop(recorder: Recorder):
    supervisor = Supervisor([python("node", POLITE)], recorder)
    threads: list[int] = []

    def stop() -> None:
        threads.append(threading.get_ident())
        supervisor.stop()

    elsewhere = threading.Thread(target=lambda: supervisor.loop.post(stop))
    recorder.reactions = {("node", "here"): elsewhere.start}
    supervisor.run()
    elsewhere.join()
    assert threads == [threading.get_ident()]


PARENT = """
import sys
sys.path.insert(0, {root!r})
from tests.unit.ops.test_supervisor import POLITE, Recorder, python
from hristudio_core.ops.supervisor import Supervisor
recorder = Recorder()
supervisor = Supervisor([python("node", POLITE)], recorder)
def tell():
    print(supervisor.records[0].pid, flush=True)
recorder.reactions = {{("node", "here"): tell}}
supervisor.run()
"""


def test_no_child_outlives_a_killed_parent():
    root = str(Path(__file__).resolve().parents[3])
    code = PARENT.format(root=root)
    with psutil.Popen([sys.executable, "-c", code], stdout=-1) as parent:
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        parent.wait()
        _, alive = psutil.wait_procs([child], timeout=WAIT_S)
    assert not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


def test_signals_are_what_they_were_afterwards(recorder: Recorder):
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGCHLD)
    supervisor = Supervisor([python("node", POLITE)], recorder)
    recorder.reactions = {("node", "here"): supervisor.stop}
    supervisor.run()
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGCHLD)) == before


def test_exits_are_told_in_words():
    assert describe_exit(0) == "exit code 0"
    assert describe_exit(-9) == "killed by SIGKILL"
    assert describe_exit(-99) == "killed by signal 99"

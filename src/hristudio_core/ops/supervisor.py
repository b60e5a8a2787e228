"""Starts programs as their needs allow, restarts what dies, ends all in stages.

One thread, one `Loop`. What happens is told to a `Watcher`, which shows and records it.
"""

import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from hristudio_core.ops.backoff import Backoff
from hristudio_core.ops.child import Child, Program, describe_exit
from hristudio_core.ops.logline import Level, LineReader, LogLine
from hristudio_core.ops.loop import Loop
from hristudio_core.ops.record import ProcessRecord

GRACE_S = 4.0
# How often a ready file is looked for: writing one raises no signal.
LOOK_S = 0.02


class Watcher(Protocol):
    """Is told what happens."""

    def line(self, process: str, line: LogLine) -> None:
        """Take a line of a program's output, or of the supervisor's own."""

    def changed(self) -> None:
        """Learn that a program's state is another."""

    def environment(self, program: Program) -> Mapping[str, str]:
        """Give the environment of a program that starts now."""

    def interrupted(self) -> bool:
        """Learn that somebody wants an end; tell whether to wait with it, because it is in hand."""


@dataclass
class Post:
    """The place of one program, whoever fills it now."""

    program: Program
    backoff: Backoff = field(default_factory=Backoff)
    reader: LineReader = field(default_factory=LineReader)
    child: Child | None = None
    ready: bool = False
    state: str = "starting"
    restarts: int = 0
    started_ns: int = 0
    last_exit: str = ""


class Supervisor:
    """Runs programs until it is told to stop."""

    def __init__(self, programs: Sequence[Program], watcher: Watcher, *, name: str = "up") -> None:
        self._posts = {program.name: Post(program) for program in programs}
        self._watcher = watcher
        self._name = name
        self._stopping = False
        self._stages: list[int] = []
        self._leaving: tuple[Child, ...] = ()
        self.loop = Loop(self._on_signal)

    @property
    def records(self) -> tuple[ProcessRecord, ...]:
        """Give the state of each program."""
        return tuple(_record(post) for post in self._posts.values())

    @property
    def stopping(self) -> bool:
        """Tell whether everything is being ended."""
        return self._stopping

    def is_ready(self, name: str) -> bool:
        """Tell whether a program has said that it is ready."""
        return self._posts[name].ready

    def run(self) -> None:
        """Start everything; return once everything has ended."""
        with self.loop:
            for post in self._posts.values():
                Path(post.program.ready_file or "/nonexistent").unlink(missing_ok=True)
            self._start_what_can()
            self.loop.run_until(self._ended)

    def stop(self) -> None:
        """Begin to end everything, stage by stage."""
        if self._stopping:
            return
        self._stopping = True
        self._stages = sorted({post.program.stop_stage for post in self._posts.values()})
        for post in self._posts.values():
            if not post.child:
                self._set_state(post, "stopped")
        self._end_stage()

    def force(self) -> None:
        """End everything at once."""
        self._stopping = True
        for child in self._children():
            child.kill()

    # Starting.

    def _start_what_can(self) -> None:
        for post in self._posts.values():
            # A program that died waits for its own timer.
            if post.state == "starting" and not post.child and self._needs_met(post) and not self._stopping:
                self._start(post)

    def _needs_met(self, post: Post) -> bool:
        return all(self._posts[need].ready for need in post.program.needs if need in self._posts)

    def _start(self, post: Post) -> None:
        if self._stopping:
            return
        program = post.program
        started = replace(program, environment=self._watcher.environment(program))
        post.reader = LineReader()
        post.child = Child(started, lambda line: self._watcher.line(program.name, post.reader.read(line)))
        post.child.register(self.loop.selector)
        post.started_ns = time.time_ns()
        post.ready = post.ready or not program.ready_file
        self._set_state(post, "running" if post.ready else "starting")
        if not post.ready:
            self._look_for_ready_file(post, post.child)

    def _look_for_ready_file(self, post: Post, child: Child) -> None:
        if post.child is not child or self._stopping:
            return
        if not Path(post.program.ready_file).exists():
            self.loop.after(LOOK_S, lambda: self._look_for_ready_file(post, child))
            return
        post.ready = True
        self._set_state(post, "running")
        self._start_what_can()

    # Dying.

    def _on_signal(self, number: int) -> None:
        if number == signal.SIGCHLD:
            for post in self._posts.values():
                self._reap(post)
        elif not self._stopping:
            if self._watcher.interrupted():
                return
            self._say(Level.INFO, "stopping; once more to force it")
            self.stop()
        elif number == signal.SIGINT:
            self._say(Level.WARN, "forced: ending everything at once")
            self.force()

    def _reap(self, post: Post) -> None:
        child = post.child
        code = child.reap(self.loop.selector) if child else None
        if child is None or code is None:
            return
        post.child = None
        post.last_exit = describe_exit(code)
        if self._stopping:
            self._set_state(post, "stopped")
            if not set(self._leaving) & set(self._children()):
                self._end_stage()
            return
        post.backoff = post.backoff.died(time.monotonic() - child.started)
        post.restarts += 1
        self._tell_death(post)
        self.loop.after(post.backoff.wait_s, lambda: self._start(post))

    def _tell_death(self, post: Post) -> None:
        name, wait = post.program.name, post.backoff.wait_s
        if post.backoff.looping:
            self._set_state(post, "crash loop")
            self._say(
                Level.ERROR,
                f"{name} keeps ending ({post.backoff.deaths} times in a row, {post.last_exit}): its last "
                f"lines say why. Everything else goes on; the next try is in {wait:.0f} s",
            )
        else:
            self._set_state(post, "waiting")
            self._say(Level.WARN, f"{name} ended ({post.last_exit}); starting it again in {wait:.1f} s")

    # Stopping.

    def _end_stage(self) -> None:
        self._leaving = ()
        while self._stages and not self._leaving:
            stage = self._stages.pop(0)
            self._leaving = tuple(child for child in self._children() if child.program.stop_stage == stage)
        leaving = self._leaving
        for child in leaving:
            child.signal(signal.SIGTERM)
        if leaving:
            self.loop.after(GRACE_S, lambda: self._lose_patience(leaving))

    def _lose_patience(self, children: Sequence[Child]) -> None:
        for child in self._children():
            if child in children:
                self._say(Level.WARN, f"{child.program.name} did not end within {GRACE_S:.0f} s: killed")
                child.kill()

    def _children(self) -> list[Child]:
        return [post.child for post in self._posts.values() if post.child]

    def _ended(self) -> bool:
        return self._stopping and not self._children()

    def _set_state(self, post: Post, state: str) -> None:
        post.state = state
        self._watcher.changed()

    def _say(self, level: Level, text: str) -> None:
        self._watcher.line(self._name, LogLine(level, text))


def _record(post: Post) -> ProcessRecord:
    return ProcessRecord(
        name=post.program.name,
        state=post.state,
        pid=post.child.pid if post.child else 0,
        restarts=post.restarts,
        started_ns=post.started_ns,
        last_exit=post.last_exit,
    )

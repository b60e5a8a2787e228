"""Spans: what a process did, for whom, and how long it took. Switched off, they are nothing.

What asked for a span may be in another process: its `traceparent` (https://www.w3.org/TR/trace-context/)
says which span that was. Names and values say what was done, never for or with whom.
"""

import enum
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Protocol, TypeAlias

Value: TypeAlias = str | int | float | bool
NONE: Mapping[str, Value] = {}


class Kind(enum.Enum):
    """Which side of a request a span is, if any."""

    INTERNAL = "internal"
    SERVER = "server"
    CLIENT = "client"


class Span(Protocol):
    """Something that is being done. As a context manager it is the current one until it ends."""

    @property
    def traceparent(self) -> str:
        """What another process needs to go on with; empty when nothing is traced."""

    def name(self, name: str) -> None:
        """Call it otherwise."""

    def note(self, values: Mapping[str, Value]) -> None:
        """Say more of it."""

    def fail(self, why: str) -> None:
        """Say that it failed: a code or the name of an error, never its words."""

    def current(self) -> AbstractContextManager[object]:
        """Be the parent of what begins meanwhile in this thread."""

    def end(self) -> None:
        """End now. A second time does nothing."""

    def __enter__(self) -> "Span":  # noqa: PYI034 - what it is does not matter to whoever has it
        """Be the current span."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Be it no more, and end."""


class Traces(Protocol):
    """What begins the spans of a process."""

    @property
    def on(self) -> bool:
        """Whether anything is traced."""

    @property
    def traceparent(self) -> str:
        """The one of the current span; empty when there is none."""

    def begin(
        self, name: str, kind: Kind = Kind.INTERNAL, values: Mapping[str, Value] = NONE, *, parent: str = ""
    ) -> Span:
        """Begin a span: of ``parent`` (a traceparent) if there is one, else of the current span."""

    def close(self) -> None:
        """Send what waits, for two seconds at most."""


class _NoSpan:
    """The span of a process that traces nothing: one for all."""

    traceparent = ""

    def name(self, name: str) -> None:
        pass

    def note(self, values: Mapping[str, Value]) -> None:
        pass

    def fail(self, why: str) -> None:
        pass

    def current(self) -> AbstractContextManager[object]:
        return _NOTHING

    def end(self) -> None:
        pass

    def __enter__(self) -> "_NoSpan":  # noqa: PYI034 - there is one alone
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


class _NoTraces:
    """Traces nothing."""

    on = False
    traceparent = ""

    def begin(
        self,
        name: str,  # noqa: ARG002
        kind: Kind = Kind.INTERNAL,  # noqa: ARG002
        values: Mapping[str, Value] = NONE,  # noqa: ARG002
        *,
        parent: str = "",  # noqa: ARG002
    ) -> Span:
        return _NO_SPAN

    def close(self) -> None:
        pass


_NOTHING = nullcontext()
_NO_SPAN: Span = _NoSpan()
OFF: Traces = _NoTraces()

"""Answers prompts in the wizard's place, for trials that are to run by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.conduct import RecordUnavailable
from hristudio_core.engine import Refused, automatic_answer, inputs

if TYPE_CHECKING:
    from collections.abc import Callable

    from rclpy.node import Node

    from hristudio_core.conduct import Conductor
    from hristudio_core.engine.inputs import Instant

ACTOR = "auto"


class Automatic:
    """Answers one prompt a turn of the executor, by its default or a draw from the seed."""

    def __init__(
        self, node: Node, conductor: Callable[[], Conductor | None], now: Callable[[], Instant]
    ) -> None:
        self._node = node
        self._conductor = conductor
        self._now = now
        self._planned = False

    def look(self) -> None:
        """See soon whether there is something to answer."""
        # Never from within the step that asked: its facts have yet to be told.
        if not self._planned and self._node.executor is not None:
            self._planned = True
            self._node.executor.create_task(self._answer)

    def _answer(self) -> None:
        self._planned = False
        conductor = self._conductor()
        if conductor is None or conductor.state.started is None or not conductor.state.started.automatic:
            return
        for prompt in conductor.view(self._now()).prompts:
            option, text = automatic_answer(conductor.program, conductor.state, prompt.id)
            by = inputs.Person(actor=ACTOR, role=prompt.role)
            answer = inputs.Answered(at=self._now(), by=by, prompt=prompt.id, option=option, text=text)
            try:
                conductor.order(answer)
            except (Refused, RecordUnavailable) as error:
                # Paused or stopped: the next change of the trial brings us back here.
                self._node.get_logger().debug(f"not answered: {error}")
            return

"""What follows when nobody answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.protocol.checks._walk import walk
from hristudio_core.protocol.model import Observe, Prompt

if TYPE_CHECKING:
    from hristudio_core.protocol.model import Protocol
    from hristudio_core.protocol.reader import Reader


def check_prompts(protocol: Protocol, reader: Reader) -> None:
    """Tell about timeouts after which nothing could follow."""
    for step in protocol.steps:
        for action in walk(step.do):
            if isinstance(action, Prompt) and action.timeout_s is not None and not action.default:
                hint = "name the option that is taken then with 'default'"
                if not action.options:
                    hint = "add an option for it, such as 'no_answer', and name it with 'default'"
                message = "nothing would follow the prompt's timeout"
            elif isinstance(action, Observe) and action.timeout_s is not None and action.required:
                hint = "leave out 'required' or the timeout"
                message = "a note that is required cannot be left out after a timeout"
            else:
                continue
            path = f"{reader.place(action).path}.timeout"
            reader.problem(reader.at(action, "timeout_s"), message, path=path, hint=hint)

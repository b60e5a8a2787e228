from types import SimpleNamespace

from hristudio_bridge.calls.action import Goal
from hristudio_bridge.interfaces import Interfaces


def test_feedback_that_overtakes_the_acceptance_proves_it():
    kind = Interfaces().action("test_msgs/Fibonacci")
    told = []
    goal = Goal(
        SimpleNamespace(kind=kind),
        lambda values: told.append(values["sequence"]),
        lambda: told.append("accepted"),
    )
    for number in (1, 2):
        message = {"goal_id": {"uuid": list(goal.id.bytes)}, "feedback": {"sequence": [number]}}
        goal.feedback(kind.feedback.write(message, lambda: (0, 0)))
    assert told == ["accepted", [1], [2]]

from hristudio_web.api import (
    health,
    me,
    metrics,
    participants,
    recordings,
    reference,
    robots,
    studies,
    trail,
    trials,
    users,
)

BLUEPRINTS = tuple(
    one.blueprint
    for one in (
        health,
        me,
        metrics,
        participants,
        recordings,
        reference,
        robots,
        studies,
        trail,
        trials,
        users,
    )
)

__all__ = ["BLUEPRINTS"]

from hristudio_web.api import (
    health,
    me,
    metrics,
    participants,
    plans,
    protocols,
    recordings,
    reference,
    robots,
    starting,
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
        plans,
        protocols,
        recordings,
        reference,
        robots,
        starting,
        studies,
        trail,
        trials,
        users,
    )
)

__all__ = ["BLUEPRINTS"]

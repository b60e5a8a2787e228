from hristudio_web.api import (
    flags,
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
    system,
    trail,
    trials,
    users,
)

BLUEPRINTS = tuple(
    one.blueprint
    for one in (
        flags,
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
        system,
        trail,
        trials,
        users,
    )
)

__all__ = ["BLUEPRINTS"]

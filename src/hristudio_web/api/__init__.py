from hristudio_web.api import (
    experiments,
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
        experiments,
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

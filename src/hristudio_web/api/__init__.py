from hristudio_web.api import (
    health,
    me,
    metrics,
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
    for one in (health, me, metrics, recordings, reference, robots, studies, trail, trials, users)
)

__all__ = ["BLUEPRINTS"]

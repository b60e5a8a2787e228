from hristudio_web.api import health, me, recordings, reference, robots, trail, trials, users

BLUEPRINTS = tuple(one.blueprint for one in (health, me, recordings, reference, robots, trail, trials, users))

__all__ = ["BLUEPRINTS"]

from hristudio_web.api import health, reference, robots, trials

BLUEPRINTS = (health.blueprint, reference.blueprint, robots.blueprint, trials.blueprint)

__all__ = ["BLUEPRINTS"]

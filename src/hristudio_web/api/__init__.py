from hristudio_web.api import health, trials

BLUEPRINTS = (health.blueprint, trials.blueprint)

__all__ = ["BLUEPRINTS"]

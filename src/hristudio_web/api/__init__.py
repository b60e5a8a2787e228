from hristudio_web.api import health

BLUEPRINTS = (health.blueprint,)

__all__ = ["BLUEPRINTS"]

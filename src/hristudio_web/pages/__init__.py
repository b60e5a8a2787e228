from hristudio_web.pages import home, live, record, sign_in, start

BLUEPRINTS = (home.blueprint, live.blueprint, record.blueprint, sign_in.blueprint, start.blueprint)

__all__ = ["BLUEPRINTS"]

from hristudio_web.pages import account, home, live, record, sign_in, start, trail, users

BLUEPRINTS = tuple(page.blueprint for page in (account, home, live, record, sign_in, start, trail, users))

__all__ = ["BLUEPRINTS"]

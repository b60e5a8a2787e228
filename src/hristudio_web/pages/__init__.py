from hristudio_web.pages import (
    account,
    elsewhere,
    flags,
    forgot,
    home,
    live,
    media,
    notice,
    participants,
    plans,
    protocols,
    prove,
    record,
    recordings,
    roster,
    second_factor,
    sign_in,
    start,
    studies,
    system,
    trail,
    users,
)

BLUEPRINTS = tuple(
    page.blueprint
    for page in (
        account,
        elsewhere,
        flags,
        forgot,
        home,
        live,
        media,
        notice,
        participants,
        plans,
        protocols,
        prove,
        record,
        recordings,
        roster,
        second_factor,
        sign_in,
        start,
        studies,
        system,
        trail,
        users,
    )
)

__all__ = ["BLUEPRINTS"]

"""What administrators do to feature flags; each change is kept in the audit trail."""

from collections.abc import Mapping

import msgspec
from flask import request

from hristudio_core.flags import FLAGS, Flag, Rule, State
from hristudio_core.store import InvalidValue, NotFound, Role, StudyRole
from hristudio_web.errors import InvalidFields
from hristudio_web.features import flag_named
from hristudio_web.guard import somebody
from hristudio_web.parts import parts

ROLES = tuple(dict.fromkeys(one.value for one in (*Role, *StudyRole)))
LONGEST_SHARE = 3
NOBODY_NAMED = "Name a study, a role or a share, or choose on or off for everybody."


def rules() -> list[tuple[Flag, Rule | None]]:
    """List all features with what is set. Raises `StoreError`."""
    known = parts().flags.all()
    return [(flag, known.get(flag.name)) for flag in FLAGS.values()]


def switch(name: str, rule: Rule | None) -> Flag:
    """Set a feature; None: it has its default again.

    Raises:
        NotFound: no flag is called so.
        InvalidFields: the rule says nothing that can be gone by.
    """
    flag = FLAGS[flag_named(name)]
    rule = _checked(rule) if rule else None
    parts().flags.change(name, rule, account_id=somebody().id, address=request.remote_addr or "")
    parts().features.look()
    return flag


def read_rule(given: Mapping[str, str], roles: list[str]) -> Rule:
    """Read what somebody typed: `state`, `studies` (ids, apart by spaces), `share`, and ticked roles.

    Raises:
        InvalidFields: it is no rule.
    """
    share = given.get("share", "").strip() or "0"
    if not share.isascii() or not share.isdecimal() or len(share) > LONGEST_SHARE:
        raise InvalidFields({"share": "Give a whole number from 0 to 100."})
    studies = given.get("studies", "").replace(",", " ").split()
    value = {"state": given.get("state", ""), "studies": studies, "roles": roles, "share": int(share)}
    try:
        return _checked(msgspec.convert(value, Rule))
    except msgspec.ValidationError:
        raise InvalidFields({"state": "Choose for whom it is on."}) from None


def _checked(rule: Rule) -> Rule:
    problems = {}
    named = bool(rule.studies or rule.roles or rule.share)
    if rule.state is State.SOME and not named:
        problems["state"] = NOBODY_NAMED
    if rule.state is not State.SOME:
        rule = Rule(rule.state)
    if not 0 <= rule.share <= 100:
        problems["share"] = "Give a whole number from 0 to 100."
    if any(role not in ROLES for role in rule.roles):
        problems["roles"] = "Choose among the roles."
    for study in rule.studies:
        try:
            parts().studies.get(study)
        except (NotFound, InvalidValue):
            problems["studies"] = f"There is no study {study}: give the id that its address ends with."
    if problems:
        raise InvalidFields(problems)
    return rule

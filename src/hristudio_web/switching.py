"""What administrators do to feature flags; each change is kept in the audit trail."""

from collections.abc import Mapping

import msgspec
from flask import request
from msgspec import Struct

from hristudio_core.flags import FLAGS, Flag, Rule, State, is_on, told
from hristudio_core.store import Account, InvalidValue, NotFound, Role, StudyRole
from hristudio_web.errors import InvalidFields
from hristudio_web.features import flag_named, who_in
from hristudio_web.guard import somebody
from hristudio_web.parts import parts

ROLES = tuple(dict.fromkeys(one.value for one in (*Role, *StudyRole)))
LONGEST_SHARE = 3
NOBODY_NAMED = "Name a study, a role or a share, or choose on or off for everybody."


def rules() -> list[tuple[Flag, Rule | None]]:
    """List all features with what is set. Raises `StoreError`."""
    known = parts().flags.all()
    return [(flag, known.get(flag.name)) for flag in FLAGS.values()]


class Change(Struct, frozen=True):
    """What a rule would change.

    Attributes:
        flag: Of which feature.
        rule: The rule; None: the default.
        before: For whom it is on, in words.
        after: For whom it would be.
        comes: How many accounts it would be on for somewhere that it is off for there.
        goes: How many it would be off for somewhere that it is on for there.
        accounts: How many may sign in.
        asks: Everybody gets it or somebody loses it: not without looking twice.
    """

    flag: Flag
    rule: Rule | None
    before: str
    after: str
    comes: int
    goes: int
    accounts: int
    asks: bool

    @property
    def seen(self) -> str:
        """What whoever confirms has looked at; another's change meanwhile makes it another."""
        return f"{self.before} -> {self.after}"


def look_at(name: str, rule: Rule | None) -> Change:
    """Tell what a rule would change, and for how many. Raises as `switch`."""
    flag, rule = FLAGS[flag_named(name)], _checked(rule) if rule else None
    before = parts().flags.all().get(name)
    named = {study for one in (before, rule) if one for study in one.studies}
    comes = goes = 0
    accounts = [one for one in parts().accounts.all() if one.disabled_at is None]
    for account in accounts:
        places = [who_in(account, place) for place in (None, *account.memberships, *_open_to(account, named))]
        turns = {(is_on(flag, before, one), is_on(flag, rule, one)) for one in places}
        comes += (False, True) in turns
        goes += (True, False) in turns
    only_more = rule is not None and rule.state is State.SOME and not goes
    return Change(
        flag, rule, told(flag, before), told(flag, rule), comes, goes, len(accounts),
        asks=rule != before and not only_more,
    )  # fmt: skip


def switch(name: str, rule: Rule | None) -> bool:
    """Set a feature; None: it has its default again.

    Returns:
        False: it was so already.

    Raises:
        NotFound: no flag is called so.
        InvalidFields: the rule says nothing that can be gone by.
    """
    rule = _checked(rule) if rule else None
    changed = parts().flags.change(
        flag_named(name), rule, account_id=somebody().id, address=request.remote_addr or ""
    )
    parts().features.look()
    return changed


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


def _open_to(account: Account, studies: set[str]) -> set[str]:
    """Give of these studies those that an account sees without a role in them."""
    return studies if account.role is Role.ADMINISTRATOR else set()


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

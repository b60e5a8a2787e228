"""What administrators do to accounts; each act is kept in the audit trail."""

from hristudio_core.store import LAB_BENCH, Account, AlreadyExists, InvalidValue, Role, StudyRole
from hristudio_core.store import NotFound as NoRow
from hristudio_web.correspondence import invite as send_invitation
from hristudio_web.correspondence import sign_in_link, tell
from hristudio_web.entrance import audit
from hristudio_web.errors import InvalidFields, NotFound, Unprocessable
from hristudio_web.guard import somebody
from hristudio_web.parts import parts

NOTHING = "none"
ROLES = (Role.ADMINISTRATOR.value, *(role.value for role in StudyRole), NOTHING)
"""What somebody can be: administrator, or what they are at the lab bench."""
LONGEST = 200


def account_named(account_id: str) -> Account:
    """Give an account.

    Raises:
        NotFound: there is none of that id.
    """
    try:
        return parts().accounts.get(account_id)
    except NoRow:
        raise NotFound("account", account_id) from None


def looked_for(words: str) -> list[Account]:
    """List the accounts whose name or address has these words in it."""
    wanted = words.strip().lower()[:LONGEST]
    return [one for one in parts().accounts.all() if wanted in f"{one.name} {one.email}".lower()]


def invite(email: str, name: str, role: str) -> tuple[Account, str]:
    """Make an account and write to its owner; give it, and why no letter is on its way if none is.

    Raises:
        InvalidFields: what was given makes no account.
    """
    if role not in ROLES:
        raise InvalidFields({"role": "Choose what they may do."})
    try:
        account = parts().accounts.create(email, name.strip()[:LONGEST] or email.strip(), Role.MEMBER)
    except AlreadyExists:
        raise InvalidFields({"email": "There is an account with this address already."}) from None
    except InvalidValue:
        raise InvalidFields({"email": "This is no e-mail address."}) from None
    account = _give_role(account, role)
    _audit("account.invited", account, role=role)
    return account, send_invitation(account, somebody().name)


def set_role(account: Account, role: str) -> Account:
    """Change what somebody may do.

    Raises:
        Unprocessable: it is no role, or one's own.
    """
    if role not in ROLES:
        raise Unprocessable(["choose what they may do"])
    if account.id == somebody().id:
        raise Unprocessable(["nobody changes what they may do themselves: ask another administrator"])
    account = _give_role(account, role)
    parts().visitors.refresh()
    _audit("account.role_changed", account, role=role)
    return account


def disable(account: Account) -> Account:
    """Keep somebody out: browsers are signed out, links and tokens are worth nothing.

    Raises:
        Unprocessable: it is oneself.
    """
    if account.id == somebody().id:
        raise Unprocessable(["nobody locks themselves out: ask another administrator"])
    account = parts().accounts.change(account.id, disabled=True)
    parts().sessions.close_all(account.id)
    parts().visitors.refresh()
    _audit("account.disabled", account)
    return account


def sign_out(account: Account) -> None:
    """Sign every browser of somebody out. Links and tokens stay."""
    parts().sessions.close_all(account.id)
    parts().visitors.refresh()
    _audit("session.ended_all", account)


def enable(account: Account) -> Account:
    """Let somebody in again."""
    account = parts().accounts.change(account.id, disabled=False)
    _audit("account.enabled", account)
    return account


def remove_second_factor(account: Account) -> None:
    """Let somebody sign in without their second factor, which they have lost."""
    parts().factors.remove(account.id)
    parts().visitors.refresh()
    _audit("second_factor.removed", account)
    tell(account, "An administrator has turned your second factor off.")


def make_link(account: Account) -> str:
    """Make a link by which somebody signs in once."""
    _audit("account.link_made", account)
    return sign_in_link(parts().sessions.issue_link(account.id))


def role_of(account: Account) -> str:
    """Say what somebody is: administrator, or what they are at the lab bench."""
    if account.role is Role.ADMINISTRATOR:
        return Role.ADMINISTRATOR.value
    role = account.memberships.get(LAB_BENCH)
    return role.value if role else NOTHING


def _give_role(account: Account, role: str) -> Account:
    accounts = parts().accounts
    administrator = role == Role.ADMINISTRATOR.value
    accounts.change(account.id, role=Role.ADMINISTRATOR if administrator else Role.MEMBER)
    if role in {one.value for one in StudyRole}:
        return accounts.join(account.id, LAB_BENCH, role)
    return accounts.leave(account.id, LAB_BENCH)


def _audit(action: str, account: Account, **detail: object) -> None:
    audit(action, somebody().id, f"account:{account.id}", **detail)

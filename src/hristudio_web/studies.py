"""What people do to studies and their teams; each act is kept in the audit trail.

Nothing new comes into an archived study. Its team can be changed: it says who may read what is there.
"""

from hristudio_core.store import LAB_BENCH, InvalidValue, LastOwner, Member, Study, StudyRole
from hristudio_web.entrance import audit
from hristudio_web.errors import Conflict, InvalidFields, NotFound, Unprocessable
from hristudio_web.guard import somebody
from hristudio_web.parts import parts

LONGEST_DESCRIPTION = 4000
ARCHIVED = "This study is archived: take it up again first."


def refuse_archived(study: Study) -> None:
    """See that a study may be changed. Raises `Conflict`: it is archived."""
    if study.archived_at is not None:
        raise Conflict(ARCHIVED)


def create(name: str, description: str) -> Study:
    """Make a study that belongs to who is signed in.

    Raises:
        InvalidFields: what was given makes none.
    """
    description = _description(description)
    try:
        study = parts().studies.create(name, description, somebody().id)
    except InvalidValue as error:
        raise InvalidFields({"name": _sentence(error)}) from None
    parts().visitors.refresh()
    _audit("study.created", study, name=study.name)
    return study


def change(study: Study, name: str, description: str) -> Study:
    """Call a study something else, or describe it anew.

    Raises:
        InvalidFields: what was given makes none.
        Conflict: the study is archived.
    """
    refuse_archived(study)
    description = _description(description)
    try:
        changed = parts().studies.change(study.id, name=name, description=description)
    except InvalidValue as error:
        raise InvalidFields({"name": _sentence(error)}) from None
    _audit("study.changed", changed, name=changed.name)
    return changed


def archive(study: Study) -> Study:
    """Put a study aside: nothing of it is lost, and it can be taken up again.

    Raises:
        Unprocessable: it is the lab bench, which has to be there.
    """
    if study.id == LAB_BENCH:
        raise Unprocessable(["the lab bench cannot be archived: trials without a study are its own"])
    archived = parts().studies.change(study.id, archived=True)
    _audit("study.archived", archived)
    return archived


def take_up(study: Study) -> Study:
    """Take an archived study up again."""
    taken = parts().studies.change(study.id, archived=False)
    _audit("study.taken_up", taken)
    return taken


def add_member(study: Study, email: str, role: str) -> Member:
    """Give somebody who has an account a role in a study.

    Raises:
        InvalidFields: there is no such account or role.
    """
    _check_role(role)
    account = parts().accounts.find(email)
    if account is None or account.disabled_at:
        raise InvalidFields(
            {"email": "Nobody has an account with this address. An administrator can invite them."}
        )
    if any(one.account_id == account.id for one in parts().studies.team(study.id)):
        raise InvalidFields({"email": f"{account.name} is in this team already: change their role below."})
    return _appoint(study, account.id, role, account.name)


def set_member_role(study: Study, account_id: str, role: str) -> Member:
    """Change what somebody in a team may do.

    Raises:
        NotFound: nobody of that id is in the team.
        InvalidFields: there is no such role.
        Unprocessable: the study would be left without an owner.
    """
    _check_role(role)
    member = member_named(study, account_id)
    return _appoint(study, member.account_id, role, member.name)


def remove_member(study: Study, account_id: str) -> Member:
    """Take somebody out of a team.

    Raises:
        NotFound: nobody of that id is in the team.
        Unprocessable: the study would be left without an owner.
    """
    member = member_named(study, account_id)
    try:
        parts().studies.dismiss(study.id, member.account_id)
    except LastOwner:
        raise _only_owner(member.name) from None
    parts().visitors.refresh()
    _audit("study.member_removed", study, member=member.account_id)
    return member


def member_named(study: Study, account_id: str) -> Member:
    """Give somebody of a team.

    Raises:
        NotFound: nobody of that id is in it.
    """
    team = parts().studies.team(study.id)
    member = next((one for one in team if one.account_id == account_id), None)
    if member is None:
        raise NotFound("member of this study", account_id)
    return member


def _appoint(study: Study, account_id: str, role: str, name: str) -> Member:
    try:
        parts().studies.appoint(study.id, account_id, role)
    except LastOwner:
        raise _only_owner(name) from None
    parts().visitors.refresh()
    _audit("study.role_given", study, member=account_id, role=role)
    return member_named(study, account_id)


def _only_owner(name: str) -> Unprocessable:
    return Unprocessable([f"{name} is the only owner: make somebody else an owner first"])


def _check_role(role: str) -> None:
    if role not in {one.value for one in StudyRole}:
        raise InvalidFields({"role": "Choose what they may do in this study."})


def _description(text: str) -> str:
    if len(text) > LONGEST_DESCRIPTION:
        raise InvalidFields({"description": f"At most {LONGEST_DESCRIPTION} characters."})
    return text


def _sentence(error: Exception) -> str:
    words = str(error)
    return f"{words[:1].upper()}{words[1:]}."


def _audit(action: str, study: Study, **detail: object) -> None:
    audit(action, somebody().id, f"study:{study.id}", **detail)

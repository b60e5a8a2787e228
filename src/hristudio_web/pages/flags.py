"""Feature flags, for administrators."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hristudio_core.flags import FLAGS, Rule, told
from hristudio_web import switching
from hristudio_web.access import Permission
from hristudio_web.errors import InvalidFields
from hristudio_web.features import flag_named
from hristudio_web.guard import needs
from hristudio_web.parts import parts, people
from hristudio_web.switching import Change

blueprint = Blueprint("flags", __name__, url_prefix="/flags")
NOTHING: Mapping[str, str] = {}
LATEST = 10


@blueprint.get("")
@needs(Permission.FLAG_MANAGE)
def show_all() -> ResponseReturnValue:
    """List the features that can be switched, and for whom they are on."""
    return render_template("flags.html", rules=switching.rules(), told=told)


@blueprint.get("/<flag>")
@needs(Permission.FLAG_MANAGE)
def show(flag: str) -> ResponseReturnValue:
    """Show a feature: for whom it is on, and who switched it."""
    return _page(flag_named(flag), NOTHING, {})


@blueprint.post("/<flag>")
@needs(Permission.FLAG_MANAGE)
def switch(flag: str) -> ResponseReturnValue:
    """Switch a feature for everybody or for some."""
    name = flag_named(flag)
    try:
        return _switch(name, switching.read_rule(request.form, request.form.getlist("roles")))
    except InvalidFields as error:
        return _page(name, request.form, error.fields), 422


@blueprint.post("/<flag>/clear")
@needs(Permission.FLAG_MANAGE)
def clear(flag: str) -> ResponseReturnValue:
    """Let a feature have its default again."""
    return _switch(flag_named(flag), None)


def _switch(name: str, rule: Rule | None) -> ResponseReturnValue:
    """Switch it; what everybody gets or somebody loses is shown first."""
    change = switching.look_at(name, rule)
    if change.asks and request.form.get("seen") != change.seen:
        return _page(name, request.form if rule else NOTHING, {}, change)
    changed = switching.switch(name, rule)
    flash(
        f"{change.flag.title} is {change.after}. Every page goes by it within seconds."
        if changed
        else f"{change.flag.title} was {change.after} already: nothing is changed."
    )
    return redirect(url_for("flags.show", flag=name), 303)


def _page(
    name: str, given: Mapping[str, str], problems: Mapping[str, str], change: Change | None = None
) -> str:
    rule = parts().flags.all().get(name)
    ticked = request.form.getlist("roles") if given else rule.roles if rule else ()
    return render_template(
        "flag.html", flag=FLAGS[name], rule=rule, told=told, given=given, problems=problems,
        ticked=ticked, change=change,
        roles=switching.ROLES, people=people(),
        history=parts().audit.page(subject=f"flag:{name}", limit=LATEST),
    )  # fmt: skip

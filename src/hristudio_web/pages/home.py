"""Home: what runs now, and the trials of the past."""

from typing import Any
from urllib.parse import urlencode

import structlog
from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hristudio_core.store import Experiment, StoreError, Study, TrialFilter, TrialKey, TrialPage
from hristudio_web import plans
from hristudio_web.access import Permission, allowed, studies_with
from hristudio_web.errors import Forbidden
from hristudio_web.experiments import experiment_named
from hristudio_web.guard import needs, somebody
from hristudio_web.paging import from_query, to_query
from hristudio_web.parts import parts, study_named
from hristudio_web.scope import anywhere

blueprint = Blueprint("home", __name__)
PAGE = 25
MODES = ("live", "pilot", "rehearsal")
OUTCOMES = ("completed", "aborted", "failed")
log = structlog.get_logger(__name__)


@blueprint.get("/")
@needs(Permission.TRIAL_LIST, anywhere)
def home() -> ResponseReturnValue:
    """List the trials."""
    given = {
        name: request.args.get(name, "").strip()[:100]
        for name in ("participant", "protocol", "mode", "outcome", "study", "experiment")
    }
    study, later = _study(given["study"]), "after" in request.args
    experiment = experiment_named(study, given["experiment"]) if study and given["experiment"] else None
    found, trouble = _find(given, study, experiment)
    older = f"{url_for('home.home')}?{urlencode({**given, **to_query(found.next)})}" if found.next else ""
    return render_template(
        "home.html",
        coming=[] if later or any(given.values()) else _coming(),
        now=[_now(name) for name in parts().robots],
        found=found,
        trouble=trouble,
        older=older,
        given=given,
        study=study,
        experiment=experiment,
        modes=MODES,
        outcomes=OUTCOMES,
        filtered=any(given.values()),
        later=later,
    )


def _study(wanted: str) -> Study | None:
    """The study whose trials alone are asked for.

    Raises:
        NotFound: there is none of that id.
        Forbidden: its trials are not for this visitor.
    """
    if not wanted:
        return None
    study = study_named(wanted)
    if not allowed(somebody(), Permission.TRIAL_LIST, study.id):
        raise Forbidden(Permission.TRIAL_LIST.value)
    return study


def _find(
    given: dict[str, str], study: Study | None, experiment: Experiment | None
) -> tuple[TrialPage, bool]:
    """A page without its past trials is worth more than none: a trial may be running."""
    which = TrialFilter(
        protocol=given["protocol"] or None,
        participant=given["participant"] or None,
        mode=given["mode"] if given["mode"] in MODES else None,
        outcome=given["outcome"] if given["outcome"] in OUTCOMES else None,
        studies=frozenset({study.id}) if study else studies_with(somebody(), Permission.TRIAL_LIST),
        experiment_id=experiment.id if experiment else None,
    )
    try:
        return parts().trials.page(which, _after(), PAGE), False
    except StoreError as error:
        log.warning("past trials cannot be had", error=str(error))
        return TrialPage((), None), True


def _coming() -> list[plans.Coming]:
    """What is planned next, and what it lacks; nothing while the database is silent."""
    try:
        return plans.coming(studies_with(somebody(), Permission.PLAN_READ))
    except StoreError as error:
        log.warning("plans cannot be had", error=str(error))
        return []


def _after() -> TrialKey | None:
    """Where the page before ended; something that is no such place counts as the beginning."""
    try:
        return from_query(request.args)
    except ValueError:
        return None


def _now(name: str) -> dict[str, Any]:
    robot, relay = parts().robots[name], parts().relays[name]
    shown = allowed(somebody(), Permission.TRIAL_WATCH, relay.study_for(Permission.TRIAL_WATCH))
    return {
        "robot": robot,
        "heard": relay.heard,
        "link": robot.gateway.link,
        "state": relay.state if shown else {},
        "elsewhere": relay.runs and not shown,
    }

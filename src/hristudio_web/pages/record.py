"""The record of a past trial: what happened, where it left the script, and that nothing was altered."""

from collections.abc import Iterable

import msgspec
from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hristudio_core.journal import Entry
from hristudio_core.store import Trial
from hristudio_web.access import Permission
from hristudio_web.download import as_csv, as_json
from hristudio_web.entrance import audit
from hristudio_web.guard import needs, somebody
from hristudio_web.parts import parts, people, trial_named
from hristudio_web.scope import anywhere, of_trial

blueprint = Blueprint("record", __name__, url_prefix="/trials")
PAGE = 100
SCAN = 1000
DEVIATIONS = 50
PROVED_AT_ONCE = 1000
"""Longer chains take their time, and are proved when somebody asks for it."""


@blueprint.get("")
@needs(Permission.TRIAL_LIST, anywhere)
def all_records() -> ResponseReturnValue:
    """Records are listed at home."""
    return redirect(url_for("home.home"))


@blueprint.get("/<trial_id>")
@needs(Permission.TRIAL_READ, of_trial)
def show(trial_id: str) -> ResponseReturnValue:
    """Show a trial."""
    trial = trial_named(trial_id)
    kinds = parts().trials.kinds(trial.id)
    kind = request.args.get("kind", "")
    first = request.args.get("from", 1, type=int)
    prove = trial.event_count <= PROVED_AT_ONCE or "prove" in request.args
    events, following = _page(trial, kind if kind in kinds else "", max(first, 1))
    return render_template(
        "record.html", trial=trial, kinds=kinds, kind=kind, first=first, events=events, following=following,
        deviations=_deviations(trial, kinds), count=kinds.get("deviation", 0),
        people=people(),
        experiment=parts().experiments.get(trial.experiment_id) if trial.experiment_id else None,
        problems=parts().trials.verify(trial.id) if prove else None,
    )  # fmt: skip


@blueprint.get("/<trial_id>/events.json")
@needs(Permission.TRIAL_EXPORT, of_trial)
def download_json(trial_id: str) -> ResponseReturnValue:
    """Send the events as JSON."""
    trial = trial_named(trial_id)
    audit("trial.exported", somebody().id, f"trial:{trial.id}", form="json")
    return _attachment(as_json(parts().trials, trial), "application/json", f"{trial.id}.json")


@blueprint.get("/<trial_id>/events.csv")
@needs(Permission.TRIAL_EXPORT, of_trial)
def download_csv(trial_id: str) -> ResponseReturnValue:
    """Send the events as CSV."""
    trial = trial_named(trial_id)
    audit("trial.exported", somebody().id, f"trial:{trial.id}", form="csv")
    return _attachment(as_csv(parts().trials, trial), "text/csv", f"{trial.id}.csv")


def _attachment(pieces: Iterable[bytes] | Iterable[str], mimetype: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(pieces, mimetype=mimetype, headers=headers)


def _page(trial: Trial, kind: str, first: int) -> tuple[list[dict[str, object]], int | None]:
    """Events of a kind (all when empty) from a number on, and where the next page begins."""
    found: list[Entry] = []
    while len(found) < PAGE:
        entries = parts().trials.events(trial.id, first, SCAN if kind else PAGE)
        found += [entry for entry in entries if kind in {"", entry.kind}]
        if not entries or entries[-1].seq >= trial.head_seq:
            return _shown(found[:PAGE]), found[PAGE].seq if len(found) > PAGE else None
        first = entries[-1].seq + 1
    return _shown(found[:PAGE]), found[PAGE].seq if len(found) > PAGE else first


def _deviations(trial: Trial, kinds: dict[str, int]) -> list[dict[str, object]]:
    if not kinds.get("deviation"):
        return []
    events, _ = _page(trial, "deviation", 1)
    return events[:DEVIATIONS]


def _shown(entries: Iterable[Entry]) -> list[dict[str, object]]:
    return [{"entry": entry, "payload": msgspec.json.decode(entry.payload, type=dict)} for entry in entries]

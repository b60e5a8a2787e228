"""Protocols of a study: upload, versions, what changed between two, and the flow as a diagram."""

from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hristudio_core.protocol import Problem, flow, from_canonical
from hristudio_core.store import Study
from hristudio_web import study_protocols
from hristudio_web.access import Permission
from hristudio_web.difference import difference
from hristudio_web.drawing import draw
from hristudio_web.guard import needs, takes
from hristudio_web.key_card import ALWAYS, key_card
from hristudio_web.parts import parts, people, study_named
from hristudio_web.scope import of_study
from hristudio_web.study_protocols import LARGEST, ProtocolInvalid, protocol_of, readable, version_of

blueprint = Blueprint("protocols", __name__, url_prefix="/studies/<study_id>/protocols")
PAGE = 25
MOST_LINES = 2000
"""Lines of a text with problems that are shown; a longer one is looked at in an editor."""


@blueprint.get("")
@needs(Permission.PROTOCOL_READ, of_study)
def show_all(study_id: str) -> ResponseReturnValue:
    """List the protocols of a study."""
    return _list(study_named(study_id), "", ())


@blueprint.post("")
@takes(LARGEST)
@needs(Permission.PROTOCOL_EDIT, of_study)
def upload(study_id: str) -> ResponseReturnValue:
    """Check a protocol and store it as a version; show its problems at their lines when it is none."""
    study = study_named(study_id)
    sent = request.files.get("file")
    data = sent.read() if sent else b""
    data = data or request.form.get("text", "").encode("utf-8", errors="replace")
    try:
        filed = study_protocols.file_version(study, data)
    except ProtocolInvalid as error:
        return _list(study, data.decode("utf-8", errors="replace"), error.problems)
    version = filed.version
    words = "means the same as" if filed.known else "is stored as"
    hints = f" {len(filed.hints)} hints stand beside its lines." if filed.hints else ""
    flash(f"{version.name} {words} version {version.number}.{hints}")
    return redirect(
        url_for("protocols.show", study_id=study.id, name=version.name, number=version.number), 303
    )


@blueprint.get("/<name>")
@needs(Permission.PROTOCOL_READ, of_study)
def newest(study_id: str, name: str) -> ResponseReturnValue:
    """Go to a protocol's newest version."""
    protocol = protocol_of(study_id, name)
    return redirect(url_for("protocols.show", study_id=study_id, name=name, number=protocol.number))


@blueprint.get("/<name>/<int:number>")
@needs(Permission.PROTOCOL_READ, of_study)
def show(study_id: str, name: str, number: int) -> ResponseReturnValue:
    """Show a version: its flow, its text, and what versions there are."""
    version = version_of(study_id, name, number)
    model = from_canonical(version.canonical.encode())
    stages = flow(model)
    return render_template(
        "protocol.html", study=study_named(study_id), protocol=protocol_of(study_id, name),
        version=version, model=model, stages=stages, drawing=draw(stages),
        history=parts().protocols.history(study_id, name), people=people(),
        lines=readable(version).splitlines(),
    )  # fmt: skip


@blueprint.get("/<name>/<int:number>/source")
@needs(Permission.PROTOCOL_READ, of_study)
def source(study_id: str, name: str, number: int) -> ResponseReturnValue:
    """Download a version as it was written; what a robot host has sent, in its canonical form."""
    version = version_of(study_id, name, number)
    answer = Response(version.source or version.canonical, content_type="application/yaml; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{version.name}-{version.number}.yaml")
    return answer


@blueprint.get("/<name>/<int:number>/keys")
@needs(Permission.PROTOCOL_READ, of_study)
def keys(study_id: str, name: str, number: int) -> ResponseReturnValue:
    """Show the keys of a version as a card to print."""
    version = version_of(study_id, name, number)
    model = from_canonical(version.canonical.encode())
    return render_template(
        "key_card.html", protocol=model, digest=version.digest, parts=key_card(model), always=ALWAYS,
        back=url_for("protocols.show", study_id=study_id, name=name, number=number),
    )  # fmt: skip


@blueprint.get("/<name>/<int:number>/since/<int:older>")
@needs(Permission.PROTOCOL_READ, of_study)
def changes(study_id: str, name: str, number: int, older: int) -> ResponseReturnValue:
    """Show what changed from one version to another."""
    new, old = version_of(study_id, name, number), version_of(study_id, name, older)
    told = difference(readable(old), readable(new))
    return render_template(
        "protocol_changes.html", study=study_named(study_id), old=old, new=new, difference=told
    )


@blueprint.post("/<name>/archive")
@needs(Permission.PROTOCOL_EDIT, of_study)
def archive(study_id: str, name: str) -> ResponseReturnValue:
    """Put a protocol aside."""
    study_protocols.set_archived(study_named(study_id), name, archived=True)
    flash(f"{name} is archived. Trials that ran by it keep it.")
    return redirect(url_for("protocols.newest", study_id=study_id, name=name), 303)


@blueprint.post("/<name>/take-up")
@needs(Permission.PROTOCOL_EDIT, of_study)
def take_up(study_id: str, name: str) -> ResponseReturnValue:
    """Take an archived protocol up again."""
    study_protocols.set_archived(study_named(study_id), name, archived=False)
    flash(f"{name} is among the protocols again.")
    return redirect(url_for("protocols.newest", study_id=study_id, name=name), 303)


def _list(study: Study, text: str, problems: Sequence[Problem]) -> ResponseReturnValue:
    words = request.args.get("q", "").strip()[:100]
    archived = request.args.get("archived") == "yes"
    after = request.args.get("after", "")[:200]
    found = parts().protocols.page(study.id, words=words, archived=archived, after=after, limit=PAGE)
    wrong: dict[int, list[Problem]] = {}
    for one in problems:
        wrong.setdefault(one.line, []).append(one)
    page = render_template(
        "protocols.html", study=study, found=found, words=words, archived=archived, later=bool(after),
        text=text, problems=problems, wrong=wrong, lines=text.splitlines()[:MOST_LINES],
    )  # fmt: skip
    return page, 422 if problems else 200

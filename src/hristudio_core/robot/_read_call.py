"""Reads how a skill is carried out: `by: {topic: ...}`, `by: {service: ...}`, `by: {action: ...}`."""

from collections.abc import Callable, Mapping

from hristudio_core.robot.fields import FieldPath
from hristudio_core.robot.profile import (
    ByAction,
    ByService,
    ByTopic,
    Call,
    Completion,
    Kind,
    Progress,
    Repetition,
    Report,
)
from hristudio_core.robot.reader import Reader

MAX_RATE_HZ = 100.0


def read_call(reader: Reader) -> Call | None:
    """Read the way a skill is carried out; None when it names no interface."""
    kinds = [kind for kind in Kind if reader.has(kind.value)]
    if len(kinds) != 1:
        reader.reading.problem(reader.place, f"{reader.place.path} needs one of topic, service and action")
        return None
    call = _READ[kinds[0]](reader)
    reader.done()
    return call


def _read_topic(reader: Reader) -> ByTopic:
    call = ByTopic(
        interface=reader.interface(Kind.TOPIC),
        message=reader.template("message", required=True),
        completion=_read_completion(reader),
        repetition=_read_repetition(reader),
        unconfirmed=reader.text("unconfirmed", ""),
        cancel=reader.template("cancel") if reader.has("cancel") else None,
    )
    if not (call.completion or call.repetition or call.unconfirmed):
        reader.reading.problem(
            reader.place,
            "nobody says when the skill is done",
            "give done (a topic that tells), repeat (for a time) or unconfirmed (why nobody can tell)",
        )
    if call.unconfirmed and (call.completion or call.repetition):
        reader.reading.problem(reader.place, "the skill is unconfirmed and yet says when it is done")
    return call


def _read_completion(reader: Reader) -> Completion | None:
    done = reader.reader("done")
    if done is None:
        return None
    completion = Completion(
        interface=done.interface(Kind.TOPIC),
        match=done.conditions("match"),
        failed=done.conditions("failed"),
        report=_read_report(done, "succeeded", required=True),
        progress=_read_progress(done),
    )
    done.done()
    return completion


def _read_repetition(reader: Reader) -> Repetition | None:
    repeat = reader.reader("repeat")
    if repeat is None:
        return None
    repetition = Repetition(
        rate_hz=repeat.number("rate_hz", None, above=0, most=MAX_RATE_HZ),
        duration_s=repeat.template("duration_s", required=True),
        last=repeat.template("last", required=True),
    )
    repeat.done()
    return repetition


def _read_service(reader: Reader) -> ByService:
    return ByService(
        interface=reader.interface(Kind.SERVICE),
        request=reader.template("request", fallback={}),
        report=_read_report(reader, "success"),
    )


def _read_action(reader: Reader) -> ByAction:
    return ByAction(
        interface=reader.interface(Kind.ACTION),
        goal=reader.template("goal", fallback={}),
        report=_read_report(reader, "success"),
        progress=_read_progress(reader),
        feedback_detail=reader.path("feedback_detail"),
    )


_READ: Mapping[Kind, Callable[[Reader], Call]] = {
    Kind.TOPIC: _read_topic,
    Kind.SERVICE: _read_service,
    Kind.ACTION: _read_action,
}


def _read_report(reader: Reader, success: str, *, required: bool = False) -> Report:
    return Report(
        success=reader.conditions(success, required=required),
        detail=reader.path("detail"),
        result=reader.paths("result"),
    )


def _read_progress(reader: Reader) -> Progress | None:
    found = reader.get("progress")
    if found is None:
        return None
    if not found.is_mapping:
        path = reader.reading.field_path(found)
        return Progress(path) if path else None
    inner = Reader(found, reader.reading)
    field = inner.path("field", required=True)
    progress = Progress(
        field=field or FieldPath("unread"),
        start=inner.template("from", fallback=0.0),
        end=inner.template("to", fallback=1.0),
    )
    inner.done()
    return progress

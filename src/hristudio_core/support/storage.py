"""Where recordings lie: whether it answers and lets us in."""

import queue
import threading
from collections.abc import Sequence

from hristudio_core.backup import Place, places_of
from hristudio_core.media import FolderMedia, MediaError, Step, StoreAway
from hristudio_core.ops.doctor import Finding, Verdict
from hristudio_core.ops.settings import Settings

CHECK = "storage"
PATIENCE_S = 10.0
"""The client itself tries for minutes, which suits a recording and nobody who looks."""
SEE = "`hristudio storage status` says what it lacks"


def check_storage(settings: Settings) -> Finding:
    """Does every store that is set answer, and is it as it has to be?"""
    told, lacking = [], []
    for place in places_of(settings):
        if isinstance(place.media, FolderMedia) and not place.media.root.exists():
            told.append(f"{place.holds} will lie in {place.media.place}")
            continue
        try:
            steps = _steps(place)
        except MediaError as error:
            remedy = f"start it, or correct S3_*; {SEE}"
            return Finding(CHECK, Verdict.PROBLEM, f"{place.holds}: {error}", remedy)
        told.append(f"{place.holds} in {place.media.place}")
        lacking += [f"{place.holds}: {step.name} ({step.detail})" for step in steps if not step.in_order]
    if lacking:
        return Finding(CHECK, Verdict.WARNING, "; ".join(lacking), "`hristudio storage ensure` sees to it")
    return Finding(CHECK, Verdict.OK, "; ".join(told))


def _steps(place: Place) -> Sequence[Step]:
    """Ask a store what it lacks.

    Raises:
        MediaError: It cannot tell; among them `StoreAway`: it has said nothing for `PATIENCE_S`.
    """
    answers: queue.SimpleQueue[Sequence[Step] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(place.media.ensure(place.origins, dry_run=True))
        except Exception as error:  # noqa: BLE001 - the edge of this thread: handed on
            answers.put(error)

    threading.Thread(target=ask, name="storage", daemon=True).start()
    try:
        answer = answers.get(timeout=PATIENCE_S)
    except queue.Empty:
        raise StoreAway(place.media.place, f"it has said nothing for {PATIENCE_S:g} s") from None
    if isinstance(answer, Exception):
        raise answer
    return answer

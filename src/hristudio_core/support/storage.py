"""Where recordings lie: whether it answers and lets us in."""

from hristudio_core.backup import places_of
from hristudio_core.media import FolderMedia, MediaError
from hristudio_core.ops.doctor import Finding, Verdict
from hristudio_core.ops.settings import Settings

CHECK = "storage"
SEE = "`hristudio storage status` says what it lacks"


def check_storage(settings: Settings) -> Finding:
    """Does every store that is set answer, and is it as it has to be?"""
    told, lacking = [], []
    for place in places_of(settings):
        if isinstance(place.media, FolderMedia) and not place.media.root.exists():
            told.append(f"{place.holds} will lie in {place.media.place}")
            continue
        try:
            steps = place.media.ensure(place.origins, dry_run=True)
        except MediaError as error:
            remedy = f"start it, or correct HRISTUDIO_S3_*; {SEE}"
            return Finding(CHECK, Verdict.PROBLEM, f"{place.holds}: {error}", remedy)
        told.append(f"{place.holds} in {place.media.place}")
        lacking += [f"{place.holds}: {step.name} ({step.detail})" for step in steps if not step.in_order]
    if lacking:
        return Finding(CHECK, Verdict.WARNING, "; ".join(lacking), "`hristudio storage ensure` sees to it")
    return Finding(CHECK, Verdict.OK, "; ".join(told))

"""A trial's recordings: what there is, and the links by which they are fetched and stored.

Whoever may, gets a link; the link itself is all that the store asks for. Each is in the audit trail.
"""

from hristudio_core.media import Content, KeyUnfit, NotStored, Stored, Upload, fit_key
from hristudio_core.store import Trial
from hristudio_web.entrance import audit
from hristudio_web.errors import Conflict, NotFound
from hristudio_web.guard import somebody
from hristudio_web.parts import parts

GROUP = "trials"
LARGEST = 5 * 2**30
"""What S3 takes at once, bytes; larger ones are stored by `hristudio storage put`, in parts."""


def recordings_of(trial: Trial) -> list[tuple[str, Stored]]:
    """Give the recordings of a trial by their names.

    Raises:
        MediaFault: The store does not serve.
    """
    group = _key(trial, "")
    return [(one.key.removeprefix(group), one) for one in parts().media.list(group)]


def described(trial: Trial, name: str) -> Stored:
    """Describe a recording, its hash among it.

    Raises:
        NotFound: there is none of that name.
    """
    try:
        return parts().media.stat(_key(trial, name))
    except (NotStored, KeyUnfit):
        raise NotFound("recording", name) from None


def fetch_link(trial: Trial, name: str) -> str:
    """Give a link by which a recording is saved; that it was given is kept.

    Raises:
        NotFound: there is none of that name.
    """
    stored = described(trial, name)
    audit("recording.fetched", somebody().id, f"trial:{trial.id}", name=name)
    return parts().media.download_link(stored.key, name.rpartition("/")[2])


def store_link(trial: Trial, name: str, content: Content, media_type: str) -> Upload:
    """Give a link by which a recording is stored; that it was given is kept.

    Raises:
        Conflict: There is one of that name: recordings are not replaced.
    """
    media, key = parts().media, _key(trial, name)
    try:
        media.stat(fit_key(key))
    except NotStored:
        pass
    else:
        raise Conflict(f"there is a recording {name} already: take another name")
    audit("recording.stored", somebody().id, f"trial:{trial.id}", name=name, sha256=content.sha256)
    return media.upload_link(key, content, media_type)


def _key(trial: Trial, name: str) -> str:
    return f"{GROUP}/{trial.id}/{name}"

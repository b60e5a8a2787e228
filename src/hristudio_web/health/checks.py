"""What is checked. Each gives a finding, or raises when the part does not answer."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from msgspec import Struct

from hristudio_core.media import Media
from hristudio_core.notice import Phase
from hristudio_web.health.finding import Finding, Status
from hristudio_web.health.probe import Check
from hristudio_web.live import Relay
from hristudio_web.notices import NoticeBoard
from hristudio_web.persons import WRONG_KEY
from hristudio_web.robot import Robot

LAG_WARNING_S = 10.0
LAG_ERROR_S = 60.0
"""Events wait that long on the robot host: nothing is lost, but nothing later than that can be looked at."""
DISK_WARNING = 0.80
DISK_ERROR = 0.95
NO_KEY = "health/"
"""No object's key begins so: a store that answers says that there is none."""


class Checks(Struct, frozen=True):
    """What a process depends on. ``redis`` and ``media`` are None where none is set up.

    ``key_fits`` tells whether the personal key is the one that sealed what is kept.
    """

    database: Callable[[], object]
    folder: Path
    robots: Mapping[str, Robot]
    relays: Mapping[str, Relay]
    notices: NoticeBoard
    redis: Callable[[], object] | None = None
    key_fits: Callable[[], bool] | None = None
    media: Media | None = None

    def all(self) -> dict[str, Check]:
        """Give the checks by name."""
        return dict(self._parts())

    def _parts(self) -> Iterator[tuple[str, Check]]:
        yield "database", lambda: _answers(self.database)
        if self.redis is not None:
            redis = self.redis
            yield "redis", lambda: _answers(redis)
        if self.media is not None:
            media = self.media
            yield "storage", lambda: _answers(lambda: next(media.list(NO_KEY), None))
        if self.key_fits is not None:
            fits = self.key_fits
            yield "personal_key", lambda: check_personal_key(fits)
        yield "maintenance", lambda: check_maintenance(self.notices)
        yield "bridge", lambda: check_bridge(self.robots.values())
        for name, relay in self.relays.items():
            yield f"robot:{name}", lambda relay=relay: check_robot(relay)  # type: ignore[misc]
        yield "event_lag", lambda: check_lag(self.relays)
        yield "disk", lambda: check_disk(self.folder)


def _answers(ask: Callable[[], object]) -> Finding:
    ask()
    return Finding()


def check_personal_key(fits: Callable[[], bool]) -> Finding:
    """Is the personal key the one that sealed what is kept? All else is served with any."""
    return Finding() if fits() else Finding(Status.WARNING, WRONG_KEY)


def check_maintenance(notices: NoticeBoard) -> Finding:
    """Is there a maintenance? Pages are served all the same."""
    notice, now = notices.notice, datetime.now(timezone.utc)
    if notice is None:
        return Finding()
    status = Status.WARNING if notice.phase(now) is Phase.ON else Status.OK
    return Finding(status, notice.title(now))


def check_bridge(robots: Any) -> Finding:
    """Are we connected to the bridge?"""
    if all(robot.gateway.link.up for robot in robots):
        return Finding()
    return Finding(Status.ERROR, "not connected")


def check_robot(relay: Relay) -> Finding:
    """Does the robot's trial manager give signs of life?"""
    return Finding() if relay.heard else Finding(Status.ERROR, "the trial manager is silent")


def check_lag(relays: Mapping[str, Relay]) -> Finding:
    """Do events reach PostgreSQL soon?"""
    lags = {name: float(relay.state.get("logger_lag_s", 0.0)) for name, relay in relays.items()}
    name = max(lags, key=lambda name: lags[name], default="")
    lag_s = lags.get(name, 0.0)
    if lag_s < LAG_WARNING_S:
        return Finding()
    status = Status.ERROR if lag_s >= LAG_ERROR_S else Status.WARNING
    return Finding(status, f"events of {name} wait for {lag_s:.0f} s on the robot host; none is lost")


def check_disk(folder: Path) -> Finding:
    """Is there room where the data folder lies?"""
    place = next(path for path in (folder, *folder.parents) if path.exists())
    usage = shutil.disk_usage(place)
    # As df counts: what only root may use is not ours.
    share = usage.used / (usage.used + usage.free)
    if share < DISK_WARNING:
        return Finding()
    status = Status.ERROR if share >= DISK_ERROR else Status.WARNING
    return Finding(status, f"{share:.0%} of the disk is used")

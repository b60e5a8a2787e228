"""How pages write times, lengths and kinds of things."""

import json
from datetime import datetime, timezone
from typing import Any

from flask import Flask

from hristudio_core.store import Trial

LONGEST = 160
NONE = "\N{EN DASH}"
MODES = {
    "live": "Live",
    "pilot": "Pilot",
    "rehearsal": "Rehearsal",
}


def duration(seconds: float | None) -> str:
    """Write a length of time: 8 s, 3 min 04 s, 1 h 02 min."""
    if seconds is None:
        return NONE
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def day_time(moment: datetime | None) -> str:
    """Write a moment: 23 Nov 2026, 14:05, on the server's clock."""
    return NONE if moment is None else f"{moment.astimezone():%-d %b %Y, %H:%M}"


def day(moment: datetime | None) -> str:
    """Write a day: 23 Nov 2026, on the server's clock."""
    return NONE if moment is None else f"{moment.astimezone():%-d %b %Y}"


def clock_ns(wall_ns: int) -> str:
    """Write a wall clock stamp to the millisecond: 14:05:12.345, on the server's clock."""
    seconds, rest = divmod(wall_ns, 10**9)
    return f"{datetime.fromtimestamp(seconds, timezone.utc).astimezone():%H:%M:%S}.{rest // 10**6:03d}"


def short(digest: str) -> str:
    """Write enough of a digest to tell it from others."""
    return digest[:12]


def trial_length(trial: Trial) -> float | None:
    """How long a trial took, s; None while it has not ended."""
    if trial.ended_at is None:
        return None
    return (trial.ended_at - (trial.started_at or trial.first_at)).total_seconds()


def brief(value: Any) -> str:
    """Write a JSON value short enough for a table."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def agent(text: str) -> str:
    """Write what a browser says of itself so that its owner knows it: Firefox on Linux."""
    browser = next((name for mark, name in BROWSERS.items() if mark in text), "A browser")
    system = next((name for mark, name in SYSTEMS.items() if mark in text), "")
    return f"{browser} on {system}" if system else browser


def add_filters(app: Flask) -> None:
    """Give templates these words."""
    for word in (agent, brief, clock_ns, day, day_time, duration, short, trial_length):
        app.jinja_env.filters[word.__name__] = word
    app.jinja_env.globals.update(MODES=MODES)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

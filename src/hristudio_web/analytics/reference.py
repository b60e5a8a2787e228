"""The table of what is counted, for the documentation."""

from hristudio_web.analytics.events import EVENTS

NONE = "nothing"


def reference() -> str:
    """Write it as Markdown."""
    rows = ["| event | when | what is told besides |", "|---|---|---|"]
    for name, event in EVENTS.items():
        told = "; ".join(_form(key, form.pattern) for key, form in event.properties.items())
        rows.append(f"| `{name}` | {event.meaning} | {told or NONE} |")
    return "\n".join(rows) + "\n"


def _form(name: str, pattern: str) -> str:
    words = pattern.split("|")
    return f"`{name}`: {', '.join(words)}" if len(words) > 1 else f"`{name}`: the name of its route"

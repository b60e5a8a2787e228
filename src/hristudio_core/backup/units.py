"""systemd units that make backups and drills, with the paths of this installation."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hristudio_core.backup.schedule import Occasion

_SERVICE = """\
[Unit]
Description=HRIStudio: {title}
After=network-online.target postgresql.service
Wants=network-online.target

[Service]
Type=oneshot
User={user}
EnvironmentFile=-{environment}
{commands}
Nice=10
IOSchedulingClass=idle
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=full
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes
"""
_TIMER = """\
[Unit]
Description=HRIStudio: {title}

[Timer]
{when}
AccuracySec=10s
Persistent=yes
Unit={unit}

[Install]
WantedBy=timers.target
"""


@dataclass(frozen=True)
class Installation:
    """What units have to know: the command, the account it runs under, the file of its settings."""

    program: Path
    user: str
    environment: Path


def units(here: Installation, every_s: float) -> Mapping[str, str]:
    """Give the text of each unit by its file name."""
    backup = _service(here, "backup", "backup create", "backup prune")
    drill = _service(here, "drill, %i", "backup drill --occasion %i")
    made = {
        "hristudio-backup.service": backup,
        "hristudio-backup.timer": _timer("backup", _every(every_s), "hristudio-backup.service"),
        "hristudio-drill@.service": drill,
    }
    for occasion in Occasion:
        # At an hour of its own each, before anybody comes to work.
        hour = 2 + list(Occasion).index(occasion)
        months = {Occasion.YEARLY: "01", Occasion.QUARTERLY: "01,04,07,10", Occasion.MONTHLY: "*"}[occasion]
        when = f"OnCalendar=*-{months}-02 0{hour}:00:00"
        unit = f"hristudio-drill@{occasion.value}.service"
        made[f"hristudio-drill-{occasion.value}.timer"] = _timer(f"{occasion.value} drill", when, unit)
    return made


def _service(here: Installation, title: str, *verbs: str) -> str:
    commands = "\n".join(f"ExecStart={here.program} {verb}" for verb in verbs)
    return _SERVICE.format(title=title, user=here.user, environment=here.environment, commands=commands)


def _timer(title: str, when: str, unit: str) -> str:
    return _TIMER.format(title=title, when=when, unit=unit)


def _every(seconds: float) -> str:
    minutes = int(seconds // 60)
    if 60 % minutes == 0:
        return f"OnCalendar=*:0/{minutes}" if minutes < 60 else "OnCalendar=hourly"
    return f"OnBootSec=1min\nOnUnitActiveSec={int(seconds)}s"

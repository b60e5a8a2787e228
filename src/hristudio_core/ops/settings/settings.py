"""All settings of a process in one frozen object."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from hristudio_core.ops.folder import DataFolder
from hristudio_core.ops.problem import Problem
from hristudio_core.ops.settings._variable import Variable, variables_of
from hristudio_core.ops.settings.backup import BackupSettings
from hristudio_core.ops.settings.bridge import BridgeSettings
from hristudio_core.ops.settings.core import CoreSettings
from hristudio_core.ops.settings.database import DatabaseGroup
from hristudio_core.ops.settings.flags import FlagSettings
from hristudio_core.ops.settings.logs import LogSettings
from hristudio_core.ops.settings.mail import MailSettings
from hristudio_core.ops.settings.maintenance import MaintenanceSettings
from hristudio_core.ops.settings.oauth import OauthSettings
from hristudio_core.ops.settings.redis import RedisSettings
from hristudio_core.ops.settings.storage import StorageSettings
from hristudio_core.ops.settings.telemetry import TelemetrySettings
from hristudio_core.ops.settings.web import WebSettings


@dataclass(frozen=True)
class Settings:
    """Everything that the environment decides, in groups."""

    core: CoreSettings = field(default_factory=CoreSettings)
    database: DatabaseGroup = field(default_factory=DatabaseGroup)
    web: WebSettings = field(default_factory=WebSettings)
    bridge: BridgeSettings = field(default_factory=BridgeSettings)
    mail: MailSettings = field(default_factory=MailSettings)
    oauth: OauthSettings = field(default_factory=OauthSettings)
    storage: StorageSettings = field(default_factory=StorageSettings)
    redis: RedisSettings = field(default_factory=RedisSettings)
    backup: BackupSettings = field(default_factory=BackupSettings)
    maintenance: MaintenanceSettings = field(default_factory=MaintenanceSettings)
    logs: LogSettings = field(default_factory=LogSettings)
    telemetry: TelemetrySettings = field(default_factory=TelemetrySettings)
    flags: FlagSettings = field(default_factory=FlagSettings)

    @property
    def data(self) -> Path:
        """The data folder's path."""
        return self.core.data

    @property
    def folder(self) -> DataFolder:
        """The data folder."""
        return DataFolder(self.core.data)

    @property
    def web_key(self) -> Path:
        """File of the key that signs cookies, where none is set."""
        return self.folder.secrets / "web.key"

    @property
    def personal_key(self) -> Path:
        """File of the key that opens participants' personal data, where none is set."""
        return self.folder.secrets / "personal.key"

    @property
    def bridge_key(self) -> Path:
        """File of the key that signs tickets for the bridge."""
        return self.bridge.key_path or self.folder.secrets / "bridge.key"

    def in_folder(self, data: Path) -> "Settings":
        """Give the same settings with another data folder."""
        return dataclasses.replace(self, core=dataclasses.replace(self.core, data=data))

    def in_domain(self, domain: int) -> "Settings":
        """Give the same settings with another ROS domain."""
        return dataclasses.replace(self, core=dataclasses.replace(self.core, domain=domain))

    def masked(self) -> dict[str, str]:
        """Give each variable with its value, secrets hidden: fit for logs and reports."""
        return {
            variable.name: variable.masked(getattr(getattr(self, group), name))
            for (group, name), variable in variables().items()
        }

    def secrets(self) -> Iterator[str]:
        """Give the values of secrets that are set, to be kept out of whatever is written."""
        for (group, name), variable in variables().items():
            value = getattr(getattr(self, group), name)
            if variable.secret and isinstance(value, str) and value:
                yield value
                password = urlsplit(value).password if "://" in value else None
                if password:
                    yield password

    def problems(self) -> Iterator[Problem]:
        """Find what does not fit together, within groups and between them."""
        for group in groups():
            yield from getattr(getattr(self, group), "problems", lambda: ())()
        if self.web.workers > 1 and not self.redis.on:
            yield Problem(
                "REDIS_URL",
                "",
                f"not set, though HRISTUDIO_WEB_WORKERS is {self.web.workers}: they could not count together",
                "set it, or have one worker",
            )
        if self.backup.store.startswith("s3:") and not self.backup.account(self.storage).access_key_id:
            told = "not set, though HRISTUDIO_BACKUP_STORE is a bucket"
            yield Problem("HRISTUDIO_BACKUP_S3_ACCESS_KEY_ID", "", told, "set it and its secret, or S3_*")
        if self.core.is_public:
            yield from self._problems_in_public()

    def _problems_in_public(self) -> Iterator[Problem]:
        where = self.core.environment.value
        if not self.web.https:
            yield Problem(
                "HRISTUDIO_PUBLIC_URL",
                self.web.public_url,
                f"{where} is served by https alone",
                "set it to https://HOST, and have nginx in front (deploy/nginx)",
            )
        if self.core.debug:
            yield Problem("HRISTUDIO_DEBUG", "true", f"shows too much in {where}", "unset it")


def groups() -> Mapping[str, type]:
    """Give the groups of variables by the names of their fields."""
    return {item.name: item.default_factory for item in dataclasses.fields(Settings)}  # type: ignore[misc]


def variables() -> dict[tuple[str, str], Variable]:
    """Give the variables by the names of their group and their field."""
    return {
        (group, name): variable for group, kind in groups().items() for name, variable in variables_of(kind)
    }

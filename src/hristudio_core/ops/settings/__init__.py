from hristudio_core.ops.problem import Problem
from hristudio_core.ops.settings._reading import as_env_file, find_problems, read_settings, unknown_names
from hristudio_core.ops.settings._reference import reference, table
from hristudio_core.ops.settings._values import port_number
from hristudio_core.ops.settings._variable import MASK, Variable
from hristudio_core.ops.settings.backup import BackupSettings
from hristudio_core.ops.settings.bridge import BridgeSettings
from hristudio_core.ops.settings.core import CoreSettings, Environment
from hristudio_core.ops.settings.database import DatabaseGroup
from hristudio_core.ops.settings.flags import FlagSettings
from hristudio_core.ops.settings.logs import LogForm, LogSettings
from hristudio_core.ops.settings.mail import MailSecurity, MailSettings
from hristudio_core.ops.settings.maintenance import MaintenanceSettings
from hristudio_core.ops.settings.oauth import OauthSettings
from hristudio_core.ops.settings.redis import RedisSettings
from hristudio_core.ops.settings.settings import Settings, groups, variables
from hristudio_core.ops.settings.storage import StorageSettings
from hristudio_core.ops.settings.telemetry import Analytics, TelemetrySettings
from hristudio_core.ops.settings.web import MEMORY, RobotSettings, SecondFactorPolicy, WebSettings

__all__ = [
    "MASK",
    "MEMORY",
    "Analytics",
    "BackupSettings",
    "BridgeSettings",
    "CoreSettings",
    "DatabaseGroup",
    "Environment",
    "FlagSettings",
    "LogForm",
    "LogSettings",
    "MailSecurity",
    "MailSettings",
    "MaintenanceSettings",
    "OauthSettings",
    "Problem",
    "RedisSettings",
    "RobotSettings",
    "SecondFactorPolicy",
    "Settings",
    "StorageSettings",
    "TelemetrySettings",
    "Variable",
    "WebSettings",
    "as_env_file",
    "find_problems",
    "groups",
    "port_number",
    "read_settings",
    "reference",
    "table",
    "unknown_names",
    "variables",
]

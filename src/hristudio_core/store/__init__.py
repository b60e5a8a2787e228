"""PostgreSQL: schema, connections, events, and one repository a noun."""

from hristudio_core.store.accounts import PostgresAccounts
from hristudio_core.store.audit import PostgresAudit
from hristudio_core.store.database import Database, DatabaseSettings
from hristudio_core.store.embedded import Embedded, running_owner_url, running_url
from hristudio_core.store.errors import (
    AlreadyExists,
    DatabaseRefused,
    DatabaseUnavailable,
    EmbeddedFault,
    EmbeddedInUse,
    InvalidToken,
    InvalidValue,
    MigrationFailed,
    NotFound,
    ProgramMissing,
    SchemaOutdated,
    StoreError,
    StoreFault,
    StoreMisused,
)
from hristudio_core.store.events import PostgresSink
from hristudio_core.store.memory import MemoryAccounts, MemorySessions, MemoryTrials
from hristudio_core.store.migrate import Migration, check, migrate, problems, status
from hristudio_core.store.models import (
    LAB_BENCH,
    Account,
    AuditRecord,
    ProtocolVersion,
    Role,
    StudyRole,
    Totals,
    Trial,
    TrialFilter,
    TrialKey,
    TrialPage,
)
from hristudio_core.store.ports import LINK_TTL, SESSION_TTL, Accounts, Sessions, Trials
from hristudio_core.store.protocols import PostgresProtocols
from hristudio_core.store.sessions import PostgresSessions
from hristudio_core.store.trials import PostgresTrials

__all__ = [
    "LAB_BENCH",
    "LINK_TTL",
    "SESSION_TTL",
    "Account",
    "Accounts",
    "AlreadyExists",
    "AuditRecord",
    "Database",
    "DatabaseRefused",
    "DatabaseSettings",
    "DatabaseUnavailable",
    "Embedded",
    "EmbeddedFault",
    "EmbeddedInUse",
    "InvalidToken",
    "InvalidValue",
    "MemoryAccounts",
    "MemorySessions",
    "MemoryTrials",
    "Migration",
    "MigrationFailed",
    "NotFound",
    "PostgresAccounts",
    "PostgresAudit",
    "PostgresProtocols",
    "PostgresSessions",
    "PostgresSink",
    "PostgresTrials",
    "ProgramMissing",
    "ProtocolVersion",
    "Role",
    "SchemaOutdated",
    "Sessions",
    "StoreError",
    "StoreFault",
    "StoreMisused",
    "StudyRole",
    "Totals",
    "Trial",
    "TrialFilter",
    "TrialKey",
    "TrialPage",
    "Trials",
    "check",
    "migrate",
    "problems",
    "running_owner_url",
    "running_url",
    "status",
]

"""PostgreSQL: schema, connections, events, and one repository a noun."""

from hristudio_core.store._values import session_id
from hristudio_core.store.accounts import PostgresAccounts
from hristudio_core.store.audit import PostgresAudit
from hristudio_core.store.credentials import PostgresCredentials
from hristudio_core.store.database import Database, DatabaseSettings, PoolUse
from hristudio_core.store.embedded import Embedded, running_owner_url, running_url
from hristudio_core.store.errors import (
    AlreadyExists,
    DatabaseRefused,
    DatabaseUnavailable,
    EmbeddedFault,
    EmbeddedInUse,
    InvalidToken,
    InvalidValue,
    LastOwner,
    MigrationFailed,
    NotFound,
    PlanClosed,
    ProgramMissing,
    SchemaOutdated,
    SpentToken,
    StoreError,
    StoreFault,
    StoreMisused,
)
from hristudio_core.store.events import PostgresSink
from hristudio_core.store.experiment import Experiment, Experiments
from hristudio_core.store.experiments import PostgresExperiments
from hristudio_core.store.flags import Flags, MemoryFlags, PostgresFlags
from hristudio_core.store.identities import PostgresIdentities
from hristudio_core.store.memory import MemoryAccounts, MemorySessions, MemoryTrials
from hristudio_core.store.memory_access import MemoryAudit, MemoryCredentials, MemoryTokens
from hristudio_core.store.memory_experiments import MemoryExperiments
from hristudio_core.store.memory_identities import MemoryIdentities
from hristudio_core.store.memory_participants import MemoryParticipants
from hristudio_core.store.memory_plans import MemoryPlans
from hristudio_core.store.memory_protocols import MemoryProtocols
from hristudio_core.store.memory_second_factors import MemorySecondFactors
from hristudio_core.store.memory_studies import MemoryStudies
from hristudio_core.store.migrate import Migration, check, migrate, problems, status
from hristudio_core.store.models import (
    LAB_BENCH,
    Account,
    ApiToken,
    AuditRecord,
    Credential,
    Expired,
    Identity,
    Role,
    SecondFactor,
    Session,
    StudyRole,
    Totals,
    Trial,
    TrialFilter,
    TrialKey,
    TrialPage,
)
from hristudio_core.store.notices import MemoryNotices, Notices, PostgresNotices
from hristudio_core.store.participant import (
    LONGEST_CODE,
    LONGEST_FORM,
    Consent,
    NewParticipant,
    Participant,
    ParticipantFilter,
    ParticipantOrder,
    ParticipantPage,
    Participants,
    PersonErased,
    SealedPerson,
    to_code,
    to_condition,
    to_form,
)
from hristudio_core.store.participants import PostgresParticipants
from hristudio_core.store.plan import (
    Plan,
    PlanFilter,
    PlannedTrial,
    PlanPage,
    Plans,
    PlanState,
)
from hristudio_core.store.plans import PostgresPlans
from hristudio_core.store.ports import (
    IDLE_TTL,
    LINK_TTL,
    SESSION_TTL,
    SPENT_TTL,
    Accounts,
    Audit,
    Credentials,
    Identities,
    SecondFactors,
    Sessions,
    Tokens,
    Trials,
)
from hristudio_core.store.protocol import (
    ProtocolPage,
    Protocols,
    ProtocolVersion,
    StoredProtocol,
    VersionNote,
)
from hristudio_core.store.protocols import PostgresProtocols
from hristudio_core.store.second_factors import PostgresSecondFactors
from hristudio_core.store.sessions import PostgresSessions
from hristudio_core.store.studies import PostgresStudies
from hristudio_core.store.study import Member, Studies, Study, StudyFilter, StudyOrder, StudyPage
from hristudio_core.store.tokens import PostgresTokens
from hristudio_core.store.trials import PostgresTrials
from hristudio_core.store.usage import MemoryUsage, PostgresUsage, TrialsStarted, Usage

__all__ = [
    "IDLE_TTL",
    "LAB_BENCH",
    "LINK_TTL",
    "LONGEST_CODE",
    "LONGEST_FORM",
    "SESSION_TTL",
    "SPENT_TTL",
    "Account",
    "Accounts",
    "AlreadyExists",
    "ApiToken",
    "Audit",
    "AuditRecord",
    "Consent",
    "Credential",
    "Credentials",
    "Database",
    "DatabaseRefused",
    "DatabaseSettings",
    "DatabaseUnavailable",
    "Embedded",
    "EmbeddedFault",
    "EmbeddedInUse",
    "Experiment",
    "Experiments",
    "Expired",
    "Flags",
    "Identities",
    "Identity",
    "InvalidToken",
    "InvalidValue",
    "LastOwner",
    "Member",
    "MemoryAccounts",
    "MemoryAudit",
    "MemoryCredentials",
    "MemoryExperiments",
    "MemoryFlags",
    "MemoryIdentities",
    "MemoryNotices",
    "MemoryParticipants",
    "MemoryPlans",
    "MemoryProtocols",
    "MemorySecondFactors",
    "MemorySessions",
    "MemoryStudies",
    "MemoryTokens",
    "MemoryTrials",
    "MemoryUsage",
    "Migration",
    "MigrationFailed",
    "NewParticipant",
    "NotFound",
    "Notices",
    "Participant",
    "ParticipantFilter",
    "ParticipantOrder",
    "ParticipantPage",
    "Participants",
    "PersonErased",
    "Plan",
    "PlanClosed",
    "PlanFilter",
    "PlanPage",
    "PlanState",
    "PlannedTrial",
    "Plans",
    "PoolUse",
    "PostgresAccounts",
    "PostgresAudit",
    "PostgresCredentials",
    "PostgresExperiments",
    "PostgresFlags",
    "PostgresIdentities",
    "PostgresNotices",
    "PostgresParticipants",
    "PostgresPlans",
    "PostgresProtocols",
    "PostgresSecondFactors",
    "PostgresSessions",
    "PostgresSink",
    "PostgresStudies",
    "PostgresTokens",
    "PostgresTrials",
    "PostgresUsage",
    "ProgramMissing",
    "ProtocolPage",
    "ProtocolVersion",
    "Protocols",
    "Role",
    "SchemaOutdated",
    "SealedPerson",
    "SecondFactor",
    "SecondFactors",
    "Session",
    "Sessions",
    "SpentToken",
    "StoreError",
    "StoreFault",
    "StoreMisused",
    "StoredProtocol",
    "Studies",
    "Study",
    "StudyFilter",
    "StudyOrder",
    "StudyPage",
    "StudyRole",
    "Tokens",
    "Totals",
    "Trial",
    "TrialFilter",
    "TrialKey",
    "TrialPage",
    "Trials",
    "TrialsStarted",
    "Usage",
    "VersionNote",
    "check",
    "migrate",
    "problems",
    "running_owner_url",
    "running_url",
    "session_id",
    "status",
    "to_code",
    "to_condition",
    "to_form",
]

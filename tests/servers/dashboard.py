"""A dashboard on pretended robots and people, served on a free port in this process."""

import logging
import secrets
import threading
from collections.abc import Sequence
from pathlib import Path

from argon2 import PasswordHasher
from werkzeug.serving import make_server

from hristudio_core.mail import Mailer
from hristudio_core.media import Media
from hristudio_core.ops.settings import (
    MEMORY,
    CoreSettings,
    DatabaseGroup,
    FlagSettings,
    RedisSettings,
    SecondFactorPolicy,
    Settings,
    WebSettings,
)
from hristudio_core.store import (
    LAB_BENCH,
    Account,
    Database,
    MemoryAccounts,
    MemoryAudit,
    MemoryCredentials,
    MemoryExperiments,
    MemoryFlags,
    MemoryIdentities,
    MemoryNotices,
    MemoryParticipants,
    MemoryPlans,
    MemoryProtocols,
    MemorySecondFactors,
    MemorySessions,
    MemoryStudies,
    MemoryTokens,
    MemoryTrials,
    NewParticipant,
    PostgresAccounts,
    PostgresAudit,
    PostgresCredentials,
    PostgresExperiments,
    PostgresFlags,
    PostgresIdentities,
    PostgresNotices,
    PostgresParticipants,
    PostgresPlans,
    PostgresProtocols,
    PostgresSecondFactors,
    PostgresSessions,
    PostgresStudies,
    PostgresTokens,
    PostgresTrials,
    PostgresUsage,
    Role,
    StudyRole,
)
from hristudio_telemetry import UNCOUNTED, Analytics
from hristudio_web.dashboard import Dashboard, Gateways, Outside, Shelf
from hristudio_web.gateway import MemoryGateway
from hristudio_web.gateway.little_trial import LittleTrial
from hristudio_web.gateway.memory import MemoryGraph
from hristudio_web.passwords import Passwords
from hristudio_web.persons import Person, PersonSeal
from hristudio_web.providers import Provider
from hristudio_web.security import personal_key
from tests.servers.waiting import until

PROTOCOLS = Path(__file__).resolve().parents[2] / "config" / "protocols"
SKILL_S = 0.4
ADA = Person("Ada")


class TestDashboard:
    """Everything real but the robot host and the database, which are the doubles that ship."""

    __test__ = False

    def __init__(
        self,
        data: Path,
        mailer: Mailer | None = None,
        providers: Sequence[Provider] = (),
        database: Database | None = None,
        redis: str = "",
        media: Media | None = None,
        second_factor: SecondFactorPolicy = SecondFactorPolicy.NOBODY,
        flags: FlagSettings | None = None,
        analytics: Analytics = UNCOUNTED,
        *,
        looks_out: bool = False,
    ) -> None:
        self.settings = Settings(
            core=CoreSettings(data=data),
            web=WebSettings(bridge_url=MEMORY, protocols=(PROTOCOLS,), second_factor=second_factor),
            database=DatabaseGroup(given_url=MEMORY),
            redis=RedisSettings(url=redis),
            flags=flags or FlagSettings(),
        )
        shelf = _on_postgres(database) if database else _in_memory()
        self.accounts, self.sessions, self.credentials = shelf.accounts, shelf.sessions, shelf.credentials
        self.factors, self.identities, self.tokens = shelf.factors, shelf.identities, shelf.tokens
        self.audit, self.trials, self.studies = shelf.audit, shelf.trials, shelf.studies
        self.participants, self.plans = shelf.participants, shelf.plans
        self.experiments = shelf.experiments
        self.protocols = shelf.protocols
        self.notices = shelf.notices
        self.flags = shelf.flags
        self.passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        self.people: dict[Role | StudyRole, Account] = {
            role: self.accounts.create(f"{role.value}@lab.example", role.value.title(), role) for role in Role
        }
        for role in StudyRole:
            person = self.accounts.create(f"{role.value}@lab.example", role.value.title(), Role.MEMBER)
            self.people[role] = self.accounts.join(person.id, LAB_BENCH, role)
        self.graph = MemoryGraph()
        self.trial = LittleTrial(self.graph, self.settings.web.robots[0].name, skill_s=SKILL_S)
        self.gateway = MemoryGateway(self.graph)
        self.urgent = MemoryGateway(self.graph)
        self.pictures = MemoryGateway(self.graph)
        self.dashboard = Dashboard(
            self.settings,
            shelf,
            Gateways(self.gateway, self.urgent, self.pictures),
            self.passwords,
            Outside(mailer, providers, media),
            analytics=analytics,
        )
        self.trial.start()
        if not looks_out:
            # What it finds would come upon the trail at any moment, also just before a test reads that.
            self.dashboard.lookout.stop()
        self.dashboard.start()
        logging.getLogger("werkzeug").setLevel(logging.WARNING)
        self._server = make_server("127.0.0.1", 0, self.dashboard.app, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, name="dashboard")
        self._thread.start()

    def link(self, role: Role | StudyRole) -> str:
        """Give a fresh sign-in link for somebody of a role."""
        return f"{self.url}/sign-in/{self.sessions.issue_link(self.people[role].id)}"

    def begin_trial(self, trial_id: str, participant: str = "P07", *, known: bool = True) -> None:
        """Have the robot host begin a trial, as somebody would past this dashboard; wait until it is known.

        ``known``: whose it is, too.
        """
        self.dashboard.robots["default"].start_trial(
            {
                "trial_id": trial_id,
                "protocol": "greeting",
                "participant": participant,
                "condition": "",
                "mode": "pilot",
                "actor": "engineer",
                "seed": 1,
            }
        )
        relay = self.dashboard.relays["default"]
        # Until then nobody but administrators has a right at the robot.
        until(lambda: relay.trial_id == trial_id and (relay.study or not known), "the trial, and whose it is")

    def add_participant(self, condition: str = "gaze", person: Person = ADA) -> str:
        """Have somebody take part in the lab bench's study; give their id."""
        code = f"T{secrets.token_hex(4)}"
        sealed = PersonSeal(personal_key(self.settings)).close(LAB_BENCH, code, person)
        return self.participants.add(LAB_BENCH, [NewParticipant(code, condition, sealed)])[0]

    def cut_sockets(self) -> None:
        """Break all live connections of browsers, as a lost network does."""
        self.dashboard.hang_up()

    def close(self) -> None:
        self.dashboard.stop()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self.trial.stop()


def _in_memory() -> Shelf:
    accounts, trials, audit = MemoryAccounts(), MemoryTrials(), MemoryAudit()
    studies = MemoryStudies(accounts, trials)
    experiments = MemoryExperiments(studies, trials)
    return Shelf(
        accounts,
        MemorySessions(accounts),
        MemoryCredentials(accounts),
        MemorySecondFactors(accounts),
        MemoryIdentities(accounts),
        MemoryTokens(accounts),
        audit,
        trials,
        studies,
        MemoryProtocols(accounts),
        MemoryParticipants(studies, trials),
        MemoryPlans(accounts, studies, trials, experiments),
        experiments,
        notices=MemoryNotices(),
        flags=MemoryFlags(audit),
    )


def _on_postgres(database: Database) -> Shelf:
    return Shelf(
        PostgresAccounts(database),
        PostgresSessions(database),
        PostgresCredentials(database),
        PostgresSecondFactors(database),
        PostgresIdentities(database),
        PostgresTokens(database),
        PostgresAudit(database),
        PostgresTrials(database),
        PostgresStudies(database),
        PostgresProtocols(database),
        PostgresParticipants(database),
        PostgresPlans(database),
        PostgresExperiments(database),
        usage=PostgresUsage(database),
        notices=PostgresNotices(database),
        flags=PostgresFlags(database),
        pool=database.use,
        ping=database.ping,
    )

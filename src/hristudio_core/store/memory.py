"""The store without PostgreSQL, for the tests of those who use it. The contract tests hold for it too."""

import dataclasses
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import msgspec
import uuid_utils

from hristudio_core.journal import Entry, Problem, verify
from hristudio_core.store._values import (
    new_token,
    to_email,
    to_hash,
    to_role,
    to_study_role,
    to_uuid,
    token_hash,
)
from hristudio_core.store.errors import AlreadyExists, InvalidToken, NotFound
from hristudio_core.store.models import (
    ANY_TRIAL,
    LAB_BENCH,
    Account,
    Expired,
    Role,
    Session,
    StudyRole,
    Totals,
    Trial,
    TrialFilter,
    TrialKey,
    TrialPage,
)
from hristudio_core.store.ports import IDLE_TTL, LINK_TTL, SESSION_TTL


class MemoryAccounts:
    """See `Accounts`."""

    def __init__(self) -> None:
        self._accounts: dict[str, Account] = {}
        self.studies = {LAB_BENCH}

    def create(self, email: str, name: str, role: Role | str) -> Account:
        """See `Accounts.create`."""
        address = to_email(email)
        if self.find(address):
            raise AlreadyExists("account", address)
        account = Account(str(uuid_utils.uuid7()), address, name, to_role(role), _now())
        self._accounts[account.id] = account
        return account

    def get(self, account_id: str) -> Account:
        """See `Accounts.get`."""
        found = self._accounts.get(str(to_uuid("account", account_id)))
        if found is None:
            raise NotFound("account", account_id)
        return found

    def find(self, email: str) -> Account | None:
        """See `Accounts.find`."""
        address = email.strip().lower()
        return next((account for account in self._accounts.values() if account.email == address), None)

    def all(self) -> list[Account]:
        """See `Accounts.all`."""
        return sorted(self._accounts.values(), key=lambda account: account.email)

    def change(
        self,
        account_id: str,
        *,
        name: str | None = None,
        role: Role | str | None = None,
        disabled: bool | None = None,
    ) -> Account:
        """See `Accounts.change`."""
        account = self.get(account_id)
        given: dict[str, Any] = {}
        if name is not None:
            given["name"] = name
        if role is not None:
            given["role"] = to_role(role)
        if disabled is not None:
            given["disabled_at"] = (account.disabled_at or _now()) if disabled else None
        return self._keep(dataclasses.replace(account, **given))

    def join(self, account_id: str, study_id: str, role: StudyRole | str) -> Account:
        """See `Accounts.join`."""
        account = self.get(account_id)
        study = str(to_uuid("study", study_id))
        if study not in self.studies:
            raise NotFound("account or study", f"{account_id}, {study_id}")
        roles = {**account.memberships, study: to_study_role(role)}
        return self._keep(dataclasses.replace(account, memberships=roles))

    def leave(self, account_id: str, study_id: str) -> Account:
        """See `Accounts.leave`."""
        account = self.get(account_id)
        roles = {study: role for study, role in account.memberships.items() if study != study_id}
        return self._keep(dataclasses.replace(account, memberships=roles))

    def note_second_factor(self, account_id: str, *, there: bool) -> None:
        """Take in from the double of second factors whether somebody has one."""
        known = self._accounts.get(account_id)
        if known is not None:
            self._keep(dataclasses.replace(known, second_factor=there))

    def _keep(self, account: Account) -> Account:
        self._accounts[account.id] = account
        return account


class MemorySessions:
    """See `Sessions`."""

    def __init__(self, accounts: MemoryAccounts, idle: timedelta = IDLE_TTL) -> None:
        self._accounts = accounts
        self._idle = idle
        self._links: dict[bytes, tuple[str, datetime]] = {}
        self._sessions: dict[bytes, tuple[str, datetime]] = {}
        self._seen: dict[bytes, Session] = {}

    def issue_link(self, account_id: str, ttl: timedelta = LINK_TTL) -> str:
        """See `Sessions.issue_link`."""
        token = new_token()
        self._links[token_hash(token)] = (self._accounts.get(account_id).id, _now() + ttl)
        return token

    def redeem_link(self, token: str) -> Account:
        """See `Sessions.redeem_link`."""
        account = self._valid(self._links.get(token_hash(token)))
        del self._links[token_hash(token)]
        return account

    def void_links(self, account_id: str) -> None:
        """See `Sessions.void_links`."""
        wanted = str(to_uuid("account", account_id))
        self._links = {key: kept for key, kept in self._links.items() if kept[0] != wanted}

    def open_session(self, account_id: str, agent: str = "", ttl: timedelta = SESSION_TTL) -> str:
        """See `Sessions.open_session`."""
        account = self._accounts.get(account_id)
        if account.disabled_at:
            raise NotFound("account that may sign in", account_id)
        token = new_token()
        digest = token_hash(token)
        self._sessions[digest] = (account.id, _now() + ttl)
        self._seen[digest] = Session(digest.hex(), _now(), _now(), _now() + ttl, agent[:400])
        return token

    def account_of(self, token: str, *, used: bool = True) -> Account:
        """See `Sessions.account_of`."""
        digest = token_hash(token)
        account = self._valid(self._sessions.get(digest))
        if _now() - self._seen[digest].last_seen_at > self._idle:
            raise InvalidToken("the session was not used for too long")
        if used:
            self._seen[digest] = dataclasses.replace(self._seen[digest], last_seen_at=_now())
        return account

    def close_session(self, token: str) -> None:
        """See `Sessions.close_session`."""
        self._sessions.pop(token_hash(token), None)

    def close_all(self, account_id: str) -> None:
        """See `Sessions.close_all`."""
        wanted = str(to_uuid("account", account_id))
        self._sessions = {key: kept for key, kept in self._sessions.items() if kept[0] != wanted}

    def of(self, account_id: str) -> list[Session]:
        """See `Sessions.of`."""
        wanted, now = str(to_uuid("account", account_id)), _now()
        kept = [
            self._seen[key]
            for key, (owner, until) in self._sessions.items()
            if owner == wanted and until > now
        ]
        return sorted(kept, key=lambda session: session.last_seen_at, reverse=True)

    def end(self, account_id: str, session_id: str) -> None:
        """See `Sessions.end`."""
        digest = to_hash(session_id)
        if self._sessions.get(digest, ("", None))[0] == str(to_uuid("account", account_id)):
            del self._sessions[digest]

    def forget_expired(self, *, dry_run: bool = False) -> Expired:
        """See `Sessions.forget_expired`."""
        now = _now()
        links = [key for key, kept in self._links.items() if kept[1] < now]
        sessions = [
            key
            for key, kept in self._sessions.items()
            if kept[1] < now or self._seen[key].last_seen_at < now - self._idle
        ]
        for key in () if dry_run else links:
            del self._links[key]
        for key in () if dry_run else sessions:
            del self._sessions[key]
        return Expired(links=len(links), sessions=len(sessions))

    def _valid(self, kept: tuple[str, datetime] | None) -> Account:
        if kept is None or kept[1] <= _now():
            raise InvalidToken("the token is unknown, used, closed or expired")
        account = self._accounts.get(kept[0])
        if account.disabled_at:
            raise InvalidToken("the account is disabled")
        return account


class MemoryTrials:
    """See `Trials`. `add` takes entries as PostgreSQL gets them from a journal."""

    def __init__(self) -> None:
        self._events: dict[str, dict[int, Entry]] = {}
        self.places: dict[str, str] = {}
        """The studies of trials that were started here, by their ids."""
        self.experiments: dict[str, str] = {}
        """And their experiments."""

    def all(self) -> list[Trial]:
        """Give every trial, for other doubles."""
        return [self.get(trial_id) for trial_id in self._events]

    def add(self, entries: Sequence[Entry]) -> None:
        """Store entries; those that are there already stay."""
        for entry in entries:
            self._events.setdefault(entry.trial_id, {}).setdefault(entry.seq, entry)

    def page(
        self, which: TrialFilter = ANY_TRIAL, after: TrialKey | None = None, limit: int = 50
    ) -> TrialPage:
        """See `Trials.page`."""
        trials = [trial for trial in self.all() if _matches(trial, which)]
        trials.sort(key=lambda trial: (trial.first_at, trial.id), reverse=True)
        if after:
            trials = [trial for trial in trials if (trial.first_at, trial.id) < (after.first_at, after.id)]
        page = tuple(trials[:limit])
        return TrialPage(page, TrialKey(page[-1].first_at, page[-1].id) if len(trials) > limit else None)

    def get(self, trial_id: str) -> Trial:
        """See `Trials.get`."""
        events = self._events.get(str(to_uuid("trial", trial_id)))
        if not events:
            raise NotFound("trial", trial_id)
        trial = _fold(list(events.values()))
        return dataclasses.replace(
            trial,
            study_id=self.places.get(trial.id, LAB_BENCH),
            experiment_id=self.experiments.get(trial.id, ""),
        )

    def events(self, trial_id: str, from_seq: int = 1, limit: int = 1000) -> list[Entry]:
        """See `Trials.events`."""
        events = self._events.get(str(to_uuid("trial", trial_id)), {})
        return [events[seq] for seq in sorted(events) if seq >= from_seq][:limit]

    def kinds(self, trial_id: str) -> dict[str, int]:
        """See `Trials.kinds`."""
        events = self._events.get(str(to_uuid("trial", trial_id)), {})
        return dict(sorted(Counter(entry.kind for entry in events.values()).items()))

    def totals(self) -> Totals:
        """See `Trials.totals`."""
        trials = [_fold(list(events.values())) for events in self._events.values()]
        running = sum(trial.ended_at is None for trial in trials)
        return Totals(len(trials), running, sum(trial.event_count for trial in trials))

    def verify(self, trial_id: str) -> list[Problem]:
        """See `Trials.verify`."""
        trial = self.get(trial_id)
        events = self.events(trial_id, limit=trial.event_count)
        return verify(events, head_hash=trial.head_hash, count=trial.head_seq)


def _fold(events: Sequence[Entry]) -> Trial:
    head = max(events, key=lambda entry: entry.seq)
    first = min(entry.wall_ns for entry in events)
    trial = Trial(
        id=head.trial_id,
        first_at=_at(first),
        host=head.host,
        event_count=len(events),
        head_seq=head.seq,
        head_hash=head.hash,
    )
    for entry in events:
        payload = msgspec.json.decode(entry.payload, type=dict[str, Any])
        if entry.kind == "trial.started":
            trial = _begun(trial, entry, payload)
        elif entry.kind == "trial.ended":
            outcome, reason = _text(payload, "outcome"), _text(payload, "reason")
            trial = dataclasses.replace(trial, ended_at=_at(entry.wall_ns), outcome=outcome, reason=reason)
    return trial


def _begun(trial: Trial, entry: Entry, payload: dict[str, Any]) -> Trial:
    seed = payload.get("seed")
    parameters = payload.get("parameters")
    names = ("protocol", "version", "digest", "participant", "condition", "mode", "robot")
    texts: dict[str, Any] = {name: _text(payload, name) for name in names}
    return dataclasses.replace(
        trial,
        **texts,
        seed=seed if isinstance(seed, int) and 0 <= seed < 2**64 else None,
        parameters=parameters if isinstance(parameters, dict) else {},
        host=entry.host,
        started_at=_at(entry.wall_ns),
    )


def _matches(trial: Trial, which: TrialFilter) -> bool:
    wanted = (which.protocol, which.participant, which.mode, which.outcome)
    given = (trial.protocol, trial.participant, trial.mode, trial.outcome)
    if which.studies is not None and trial.study_id not in which.studies:
        return False
    if which.experiment_id is not None and trial.experiment_id != which.experiment_id:
        return False
    equal = all(want is None or want == have for want, have in zip(wanted, given, strict=True))
    return equal and (which.running is None or (trial.ended_at is None) == which.running)


def _text(payload: dict[str, Any], name: str) -> str:
    value = payload.get(name)
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _at(wall_ns: int) -> datetime:
    return datetime.fromtimestamp(wall_ns / 1e9, timezone.utc)


def _now() -> datetime:
    return datetime.now(timezone.utc)

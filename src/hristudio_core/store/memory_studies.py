"""The double of studies: everything in this process's memory."""

import dataclasses
import threading
from datetime import datetime, timezone

import uuid_utils

from hristudio_core.store._values import to_name, to_study_role, to_uuid
from hristudio_core.store.errors import LastOwner, NotFound
from hristudio_core.store.memory import MemoryAccounts, MemoryTrials
from hristudio_core.store.models import LAB_BENCH, StudyRole
from hristudio_core.store.study import ALL_STUDIES, Member, Study, StudyFilter, StudyOrder, StudyPage

_RANKS = list(StudyRole)


class MemoryStudies:
    """See `Studies`."""

    def __init__(self, accounts: MemoryAccounts, trials: MemoryTrials) -> None:
        self._accounts = accounts
        self._trials = trials
        self._studies: dict[str, Study] = {}
        self._lock = threading.Lock()
        self._keep(Study(LAB_BENCH, "Lab bench", "Trials of no study: trying out, teaching, testing", _now()))

    def create(self, name: str, description: str, owner_id: str) -> Study:
        """See `Studies.create`."""
        owner = self._accounts.get(owner_id)
        made = Study(str(uuid_utils.uuid7()), to_name("study", name), description.strip(), _now())
        self._keep(made)
        self._accounts.join(owner.id, made.id, StudyRole.OWNER)
        return self.get(made.id)

    def get(self, study_id: str) -> Study:
        """See `Studies.get`."""
        found = self._studies.get(str(to_uuid("study", study_id)))
        if found is None:
            raise NotFound("study", study_id)
        trials = sum(trial.study_id == found.id for trial in self._trials.all())
        return dataclasses.replace(found, members=len(self.team(found.id)), trials=trials)

    def page(self, which: StudyFilter = ALL_STUDIES, after: str | None = None, limit: int = 50) -> StudyPage:
        """See `Studies.page`."""
        if which.order is StudyOrder.NAME:
            ordered = sorted(self._studies.values(), key=lambda one: (one.name.lower(), one.id))
        else:
            ordered = sorted(self._studies.values(), key=lambda one: (one.created_at, one.id), reverse=True)
        if after is not None:
            ids = [one.id for one in ordered]
            ordered = ordered[ids.index(after) + 1 :] if after in ids else []
        words = which.words.strip().lower()
        found = [
            self.get(one.id)
            for one in ordered
            if (which.only is None or one.id in which.only)
            and (one.archived_at is not None) == which.archived
            and words in f"{one.name} {one.description}".lower()
        ]
        return StudyPage(tuple(found[:limit]), found[limit - 1].id if len(found) > limit else None)

    def change(
        self,
        study_id: str,
        *,
        name: str | None = None,
        description: str | None = None,
        archived: bool | None = None,
    ) -> Study:
        """See `Studies.change`."""
        study = self.get(study_id)
        if name is not None:
            study = dataclasses.replace(study, name=to_name("study", name))
        if description is not None:
            study = dataclasses.replace(study, description=description.strip())
        if archived is not None:
            since = (study.archived_at or _now()) if archived else None
            study = dataclasses.replace(study, archived_at=since)
        self._keep(study)
        return self.get(study.id)

    def appoint(self, study_id: str, account_id: str, role: StudyRole | str) -> None:
        """See `Studies.appoint`."""
        wanted = to_study_role(role)
        with self._lock:
            self._check_owner(study_id, account_id, stays=wanted is StudyRole.OWNER)
            self._accounts.join(account_id, study_id, wanted)

    def dismiss(self, study_id: str, account_id: str) -> None:
        """See `Studies.dismiss`."""
        with self._lock:
            self._check_owner(study_id, account_id, stays=False)
            self._accounts.leave(account_id, study_id)

    def _check_owner(self, study_id: str, account_id: str, *, stays: bool) -> None:
        study, account = self.get(study_id), self._accounts.get(account_id)
        owners = {one.account_id for one in self.team(study.id) if one.role is StudyRole.OWNER}
        if study.id != LAB_BENCH and not stays and not owners - {account.id}:
            raise LastOwner

    def team(self, study_id: str) -> list[Member]:
        """See `Studies.team`."""
        study = str(to_uuid("study", study_id))
        found = [
            Member(one.id, one.name, one.email, one.memberships[study], one.disabled_at is not None)
            for one in self._accounts.all()
            if study in one.memberships
        ]
        return sorted(found, key=lambda one: (_RANKS.index(one.role), one.email))

    def _keep(self, study: Study) -> None:
        self._studies[study.id] = study
        self._accounts.studies.add(study.id)


def _now() -> datetime:
    return datetime.now(timezone.utc)

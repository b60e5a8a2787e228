"""Studies as the store gives and takes them."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Protocol

from hristudio_core.store.models import StudyRole


@dataclass(frozen=True, slots=True)
class Study:
    """A study, with how many people are in its team and how many trials it has."""

    id: str
    name: str
    description: str
    created_at: datetime
    archived_at: datetime | None = None
    members: int = 0
    trials: int = 0


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a study's team."""

    account_id: str
    name: str
    email: str
    role: StudyRole
    disabled: bool = False


class StudyOrder(str, Enum):
    """How a list of studies is sorted."""

    NAME = "name"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class StudyFilter:
    """Which studies: with these words in name or description, archived or not, of these ids (None: any)."""

    words: str = ""
    archived: bool = False
    only: frozenset[str] | None = None
    order: StudyOrder = StudyOrder.NAME


ALL_STUDIES = StudyFilter()


@dataclass(frozen=True, slots=True)
class StudyPage:
    """Some studies of a list; `next` is the id after which the rest begins, None at the end."""

    studies: tuple[Study, ...]
    next: str | None


class Studies(Protocol):
    """Studies and who works on them. Every study but the Lab bench keeps an owner."""

    def create(self, name: str, description: str, owner_id: str) -> Study:
        """Make a study with its first owner.

        Raises:
            InvalidValue: The name is empty or too long.
            NotFound: There is no such account.
        """

    def get(self, study_id: str) -> Study:
        """Give a study. Raises `NotFound`."""

    def page(self, which: StudyFilter = ALL_STUDIES, after: str | None = None, limit: int = 50) -> StudyPage:
        """List studies that follow one, of which the id is given; nothing follows an unknown one."""

    def change(
        self,
        study_id: str,
        *,
        name: str | None = None,
        description: str | None = None,
        archived: bool | None = None,
    ) -> Study:
        """Change what is given. Raises `NotFound`, and `InvalidValue` for a name that is none."""

    def appoint(self, study_id: str, account_id: str, role: StudyRole | str) -> None:
        """Give somebody a role in a study, instead of the one they have there.

        Raises:
            NotFound: There is no such study or account.
            InvalidValue: There is no such role.
            LastOwner: Nobody else owns the study.
        """

    def dismiss(self, study_id: str, account_id: str) -> None:
        """Take somebody out of a study's team, if they are in it. Raises `NotFound` and `LastOwner`."""

    def team(self, study_id: str) -> list[Member]:
        """List the team: owners first, then by address. None for an unknown study."""


def to_study(**row: Any) -> Study:
    """Make a study of a row."""
    return Study(**{**row, "id": str(row["id"])})


def to_member(**row: Any) -> Member:
    """Make a member of a row."""
    return Member(**{**row, "account_id": str(row["account_id"]), "role": StudyRole(row["role"])})

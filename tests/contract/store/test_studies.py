"""One contract for studies and their teams in PostgreSQL and their double."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import pytest

from hristudio_core.store import (
    LAB_BENCH,
    Account,
    Accounts,
    Database,
    InvalidValue,
    LastOwner,
    MemoryAccounts,
    MemoryStudies,
    MemoryTrials,
    NotFound,
    PostgresAccounts,
    PostgresStudies,
    Studies,
    StudyFilter,
    StudyOrder,
    StudyRole,
)


class Lab(NamedTuple):
    studies: Studies
    accounts: Accounts
    ada: Account

    def create(self, *names: str) -> list[str]:
        return [self.studies.create(name, f"about {name}", self.ada.id).id for name in names]

    def names(self, which: StudyFilter, limit: int = 50) -> list[str]:
        """Go through all pages of a list."""
        found, after = [], None
        while True:
            page = self.studies.page(which, after, limit)
            assert len(page.studies) <= limit
            found += [one.name for one in page.studies]
            if page.next is None:
                return found
            after = page.next


@pytest.fixture(params=["memory", "postgres"])
def lab(request: pytest.FixtureRequest) -> Lab:
    if request.param == "memory":
        people = MemoryAccounts()
        return Lab(MemoryStudies(people, MemoryTrials()), people, people.create("ada@x.org", "Ada", "member"))
    database: Database = request.getfixturevalue("database")
    accounts = PostgresAccounts(database)
    return Lab(PostgresStudies(database), accounts, accounts.create("ada@x.org", "Ada", "member"))


def test_a_study_begins_with_its_owner(lab: Lab) -> None:
    made = lab.studies.create("  Gaze \n and trust ", " Does it look? ", lab.ada.id)
    assert (made.name, made.description, made.archived_at) == ("Gaze and trust", "Does it look?", None)
    assert (made.members, made.trials) == (1, 0)
    assert lab.studies.get(made.id) == made
    assert lab.accounts.get(lab.ada.id).memberships == {made.id: StudyRole.OWNER}
    (owner,) = lab.studies.team(made.id)
    assert (owner.account_id, owner.name, owner.email, owner.role) == (
        lab.ada.id, "Ada", "ada@x.org", StudyRole.OWNER,
    )  # fmt: skip


def test_the_lab_bench_is_a_study(lab: Lab) -> None:
    assert lab.studies.get(LAB_BENCH).name == "Lab bench"


@pytest.mark.parametrize("name", ["", " \n\t", "x" * 201])
def test_a_name_that_is_none_is_refused(lab: Lab, name: str) -> None:
    with pytest.raises(InvalidValue):
        lab.studies.create(name, "", lab.ada.id)
    with pytest.raises(InvalidValue):
        lab.studies.change(LAB_BENCH, name=name)
    assert lab.names(StudyFilter()) == ["Lab bench"]


def test_nobody_owns_nothing(lab: Lab) -> None:
    with pytest.raises(NotFound):
        lab.studies.create("Gaze", "", str(uuid.uuid4()))
    assert lab.names(StudyFilter()) == ["Lab bench"]


@pytest.mark.parametrize("study", ["nothing", "018f0000-0000-7000-8000-000000000000"])
def test_an_unknown_study_is_told(lab: Lab, study: str) -> None:
    with pytest.raises(NotFound):
        lab.studies.get(study)
    with pytest.raises(NotFound):
        lab.studies.change(study, name="x")


def test_only_what_is_given_changes(lab: Lab) -> None:
    (study,) = lab.create("Gaze")
    assert lab.studies.change(study, name="Gaze 2").description == "about Gaze"
    assert lab.studies.change(study, description="").name == "Gaze 2"
    archived = lab.studies.change(study, archived=True)
    assert archived.archived_at is not None
    assert lab.studies.change(study, archived=True).archived_at == archived.archived_at
    assert lab.studies.change(study).archived_at == archived.archived_at
    assert lab.studies.change(study, archived=False).archived_at is None


def test_lists_are_sorted_searched_and_paged(lab: Lab) -> None:
    lab.create("beta", "Alpha", "gamma", "Delta")
    by_name = ["Alpha", "beta", "Delta", "gamma", "Lab bench"]
    for limit in (1, 2, 5, 50):
        assert lab.names(StudyFilter(), limit) == by_name
        newest = lab.names(StudyFilter(order=StudyOrder.NEWEST), limit)
        assert newest[:4] == ["Delta", "gamma", "Alpha", "beta"]
    assert lab.names(StudyFilter(words=" ABOUT b")) == ["beta"]
    assert lab.names(StudyFilter(words="%")) == []


def test_studies_of_the_same_name_are_all_listed(lab: Lab) -> None:
    lab.create("twin", "twin", "twin")
    assert lab.names(StudyFilter(words="twin"), 1) == ["twin"] * 3


def test_archived_studies_have_a_list_of_their_own(lab: Lab) -> None:
    first, _ = lab.create("one", "two")
    lab.studies.change(first, archived=True)
    assert lab.names(StudyFilter()) == ["Lab bench", "two"]
    assert lab.names(StudyFilter(archived=True)) == ["one"]


def test_a_list_may_be_of_some_studies_alone(lab: Lab) -> None:
    first, _, third = lab.create("one", "two", "three")
    assert lab.names(StudyFilter(only=frozenset({first, third}))) == ["one", "three"]
    assert lab.names(StudyFilter(only=frozenset())) == []


def test_nothing_follows_an_unknown_study(lab: Lab) -> None:
    lab.create("one")
    assert lab.studies.page(StudyFilter(), str(uuid.uuid4())).studies == ()


def test_a_team_is_listed_by_role(lab: Lab) -> None:
    (study,) = lab.create("Gaze")
    for name, role in (("zoe", "wizard"), ("bob", "wizard"), ("eve", "observer"), ("max", "researcher")):
        lab.accounts.join(lab.accounts.create(f"{name}@x.org", name, "member").id, study, role)
    gone = next(one for one in lab.studies.team(study) if one.name == "zoe")
    lab.accounts.change(gone.account_id, disabled=True)
    team = lab.studies.team(study)
    assert [one.name for one in team] == ["Ada", "max", "bob", "zoe", "eve"]
    assert [one.name for one in team if one.disabled] == ["zoe"]
    assert lab.studies.get(study).members == 5


def test_a_study_keeps_an_owner(lab: Lab) -> None:
    (study,) = lab.create("Gaze")
    bob = lab.accounts.create("bob@x.org", "Bob", "member")
    for refused in (
        lambda: lab.studies.dismiss(study, lab.ada.id),
        lambda: lab.studies.appoint(study, lab.ada.id, "wizard"),
    ):
        with pytest.raises(LastOwner):
            refused()
    assert lab.accounts.get(lab.ada.id).memberships == {study: StudyRole.OWNER}
    lab.studies.appoint(study, bob.id, "owner")
    lab.studies.appoint(study, lab.ada.id, "wizard")
    lab.studies.dismiss(study, lab.ada.id)
    lab.studies.dismiss(study, lab.ada.id)
    assert [one.name for one in lab.studies.team(study)] == ["Bob"]
    lab.studies.appoint(LAB_BENCH, lab.ada.id, "owner")
    lab.studies.dismiss(LAB_BENCH, lab.ada.id)


def test_two_owners_who_dismiss_each_other_do_not_both_succeed(lab: Lab) -> None:
    bob = lab.accounts.create("bob@x.org", "Bob", "member")
    for study in lab.create(*"abcdefgh"):
        lab.studies.appoint(study, bob.id, "owner")
        with ThreadPoolExecutor(2) as both:
            tries = [both.submit(lab.studies.dismiss, study, one) for one in (lab.ada.id, bob.id)]
        assert [type(one.exception()) for one in tries].count(LastOwner) == 1
        assert len(lab.studies.team(study)) == 1


def test_nobody_unknown_is_appointed(lab: Lab) -> None:
    (study,) = lab.create("Gaze")
    nobody = str(uuid.uuid4())
    with pytest.raises(NotFound):
        lab.studies.appoint(study, nobody, "wizard")
    with pytest.raises(NotFound):
        lab.studies.appoint(nobody, lab.ada.id, "wizard")
    with pytest.raises(InvalidValue):
        lab.studies.appoint(study, lab.ada.id, "king")

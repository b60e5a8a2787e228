"""Which study a trial belongs to, through a database that comes and goes."""

from collections.abc import Iterator

import pytest

from hristudio_core.store import LAB_BENCH, DatabaseUnavailable
from hristudio_web.live import belonging
from hristudio_web.live.belonging import UNKNOWN, Belonging
from tests.servers.waiting import until


class Kept:
    """What a database says of trials; ``down``: it says nothing."""

    def __init__(self) -> None:
        self.studies: dict[str, str] = {}
        self.down = False
        self.asked: list[str] = []

    def look_up(self, trial_id: str) -> str | None:
        self.asked.append(trial_id)
        if self.down:
            raise DatabaseUnavailable("out of reach")
        return self.studies.get(trial_id)


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def trials(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> Iterator[Belonging]:
    monkeypatch.setattr(belonging, "AGAIN_S", 0.01)
    made = Belonging(kept.look_up)
    made.start()
    yield made
    made.stop()


def test_a_trial_is_its_studys_or_the_lab_benchs(kept: Kept, trials: Belonging) -> None:
    kept.studies["a"] = "gaze"
    for trial_id in ("a", "b"):
        assert trials.of(trial_id) == UNKNOWN
        trials.learn(trial_id)
    until(lambda: trials.of("b"), "both are known")
    assert (trials.of("a"), trials.of("b")) == ("gaze", LAB_BENCH)


def test_a_silent_database_is_asked_again_and_nobody_waits_for_it(kept: Kept, trials: Belonging) -> None:
    kept.down, kept.studies["a"] = True, "gaze"
    trials.learn("a")
    until(lambda: len(kept.asked) > 2, "it is asked again")
    assert trials.of("a") == UNKNOWN
    kept.down = False
    until(lambda: trials.of("a") == "gaze", "the answer")


def test_what_this_process_started_it_knows(kept: Kept, trials: Belonging) -> None:
    trials.keep("a", "gaze")
    trials.learn("a")
    assert trials.of("a") == "gaze"
    assert kept.asked == []


def test_the_end_waits_for_no_database(kept: Kept) -> None:
    kept.down = True
    made = Belonging(kept.look_up)
    made.start()
    made.learn("a")
    until(lambda: kept.asked, "it is asked")
    made.stop()
    assert made.of("a") == UNKNOWN

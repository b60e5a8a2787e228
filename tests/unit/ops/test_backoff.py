from hristudio_core.ops.backoff import Backoff


def test_waits_double_up_to_the_longest():
    backoff = Backoff(first_s=0.2, longest_s=1.0)
    waits = []
    for _ in range(5):
        backoff = backoff.died(after_s=0.1)
        waits.append(backoff.wait_s)
    assert waits == [0.2, 0.4, 0.8, 1.0, 1.0]


def test_a_steady_process_that_dies_comes_back_at_once():
    tired = Backoff().died(0.1).died(0.1).died(0.1)
    assert tired.died(after_s=tired.steady_s).wait_s == Backoff().first_s


def test_a_killed_process_is_back_well_within_two_seconds():
    assert Backoff().died(after_s=0.5).wait_s < 0.5


def test_several_deaths_in_a_row_are_a_crash_loop():
    backoff = Backoff(loop_after=3)
    states = []
    for _ in range(3):
        backoff = backoff.died(0.0)
        states.append(backoff.looping)
    assert states == [False, False, True]
    assert not backoff.died(backoff.steady_s).looping

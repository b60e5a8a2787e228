from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from hristudio_bridge.throttle import Bucket, Throttle


def test_without_a_queue_what_comes_early_is_dropped():
    throttle = Throttle(1.0, 0)
    assert [throttle.offer(n, n * 0.4) for n in range(6)] == [0, None, None, 3, None, None]
    assert throttle.due() is None


def test_a_queue_keeps_the_newest_and_releases_in_order():
    throttle = Throttle(1.0, 2)
    assert [throttle.offer(n, 0.1 * n) for n in range(5)] == [0, None, None, None, None]
    assert throttle.due() == 1.0
    assert throttle.release(0.9) is None
    assert (throttle.release(1.0), throttle.release(1.5), throttle.release(2.0), throttle.due()) == (
        3,
        None,
        4,
        None,
    )


@settings(deadline=None)
@given(st.lists(st.floats(0, 100), min_size=1), st.integers(0, 5))
def test_never_faster_than_the_rate_and_never_out_of_order(times, capacity):
    throttle = Throttle(1.0, capacity)
    sent = []
    for number, now in enumerate(sorted(times)):
        while (due := throttle.due()) is not None and due <= now:
            sent.append((due, throttle.release(due)))
        if (item := throttle.offer(number, now)) is not None:
            sent.append((now, item))
    assert all(later[0] - earlier[0] >= 1.0 - 1e-9 for earlier, later in pairwise(sent))
    assert [item for _, item in sent] == sorted(item for _, item in sent)


def test_a_bucket_allows_bursts_and_holds_the_rate():
    bucket = Bucket(10, 5)
    assert [bucket.take(0.0) for _ in range(6)] == [True] * 5 + [False]
    assert bucket.take(0.1)
    assert not bucket.take(0.1)
    assert all(Bucket(0, 1).take(0) for _ in range(100))

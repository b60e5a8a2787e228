"""One contract for the cache in Redis and the one in the process."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from hristudio_web.cache import Cache, MemoryCache, RedisCache
from tests.servers.redis import redis_server
from tests.servers.waiting import until


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(params=["memory", "redis"])
def cache(request: pytest.FixtureRequest) -> Iterator[Cache]:
    if request.param == "memory":
        yield MemoryCache()
        return
    url = request.getfixturevalue("redis_url")
    with Redis.from_url(url) as client:
        client.flushdb()
    made = RedisCache(url, "lab")
    yield made
    made.close()


@pytest.mark.parametrize("value", [0, "", False, [1, {"a": None}], {"ä": 1.5}], ids=repr)
def test_what_is_kept_is_given_again(cache: Cache, value: object) -> None:
    assert cache.get("key") is None
    cache.set("key", value, 60)
    assert cache.get("key") == value
    cache.set("key", "another", 60)
    assert cache.get("key") == "another"


def test_it_is_forgotten_after_its_time(cache: Cache) -> None:
    cache.set("short", 1, 0.05)
    cache.set("long", 1, 60)
    until(lambda: cache.get("short") is None, "the end of its time")
    assert cache.get("long") == 1


def test_what_one_changes_another_does_not_see(cache: Cache) -> None:
    cache.set("key", {"list": [1]}, 60)
    cache.get("key")["list"].append(2)
    assert cache.get("key") == {"list": [1]}


@pytest.mark.parametrize(
    ("pattern", "gone"),
    [
        ("trials:*", {"trials:1", "trials:22"}),
        ("trials:?", {"trials:1"}),
        ("*", {"trials:1", "trials:22", "people", "a[b]", "ab", "a\\d"}),
        ("a[b]", {"a[b]"}),
        ("a\\d", {"a\\d"}),
        ("nothing*", set()),
    ],
)
def test_a_pattern_forgets_what_matches_and_nothing_else(cache: Cache, pattern: str, gone: set[str]) -> None:
    keys = {"trials:1", "trials:22", "people", "a[b]", "ab", "a\\d"}
    for key in keys:
        cache.set(key, 1, 60)
    assert cache.invalidate(pattern) == len(gone)
    assert {key for key in keys if cache.get(key) is None} == gone


def test_several_processes_share_one_in_redis_and_others_keys_are_left_alone(redis_url: str) -> None:
    one, other, stranger = RedisCache(redis_url, "a"), RedisCache(redis_url, "a"), RedisCache(redis_url, "b")
    one.set("key", 1, 60)
    stranger.set("key", 2, 60)
    assert other.get("key") == 1
    assert other.invalidate("*") == 1
    assert one.get("key") is None
    assert stranger.get("key") == 2
    for cache in (one, other, stranger):
        cache.close()


def test_a_redis_that_goes_away_breaks_nothing(tmp_path: Path) -> None:
    with redis_server(tmp_path) as url:
        cache = RedisCache(url, "lab")
        cache.set("key", 1, 60)
        with Redis.from_url(url) as client:
            client.set("lab:cache:damaged", b"{")
        assert cache.get("damaged") is None
    assert cache.get("key") is None
    cache.set("key", 2, 60)
    assert cache.invalidate("*") == 0
    cache.close()


def test_the_one_in_the_process_stays_small() -> None:
    now_s = 0.0
    cache = MemoryCache(clock=lambda: now_s, most_kept=3)
    for number, ttl_s in enumerate((100.0, 1.0, 100.0)):
        cache.set(str(number), number, ttl_s)
    now_s = 2.0
    cache.set("3", 3, 100.0)
    assert [cache.get(str(number)) for number in range(4)] == [0, None, 2, 3]
    cache.set("4", 4, 100.0)
    assert [cache.get(str(number)) for number in range(5)] == [None, None, 2, 3, 4]

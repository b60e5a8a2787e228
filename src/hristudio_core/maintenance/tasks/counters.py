"""Counters of rate limits.

Each ends by itself with its window. One whose end was never set, because its process died just then, would
refuse its visitor for ever.
"""

import redis

from hristudio_core.maintenance.errors import MaintenanceError
from hristudio_core.maintenance.task import Done, Verdict, Work

WAIT_S = 3.0
ENDLESS = -1
"""What Redis answers for the life of a key without an end."""


def drop_counters(work: Work) -> Done:
    """Remove counters that would never end."""
    settings = work.settings.redis
    if not settings.on:
        return Done(Verdict.NOTHING, "no Redis is set: counters end with their process")
    try:
        client = redis.Redis.from_url(settings.url, socket_timeout=WAIT_S, socket_connect_timeout=WAIT_S)
        with client:
            total, endless = _look(client, f"{settings.prefix}:rate*", work)
            for key in () if work.dry_run else endless:
                client.delete(key)
    except redis.RedisError as error:
        raise MaintenanceError(f"Redis: {error}") from error
    if not endless:
        return Done(Verdict.NOTHING, f"{total} counters, each with its end")
    verb = work.said("removed", "would remove")
    return Done(Verdict.DONE, f"{verb} {len(endless)} of {total} counters: without an end", len(endless))


def _look(client: "redis.Redis", pattern: str, work: Work) -> tuple[int, list[bytes]]:
    total, endless = 0, []
    for key in client.scan_iter(pattern, count=1000):
        work.proceed()
        total += 1
        if client.ttl(key) == ENDLESS:
            endless.append(key)
    return total, endless

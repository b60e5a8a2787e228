"""A cache in Redis: for several web processes, which then work things out once for all."""

from typing import Any

import orjson
import structlog
from redis import Redis, RedisError

from hristudio_web.cache._pattern import compiled, for_redis

PATIENCE_S = 0.25
"""Working it out anew is soon better than waiting for what was worked out."""
CHUNK = 500
log = structlog.get_logger(__name__)


class RedisCache:
    """See `Cache`. Its keys begin with ``prefix``."""

    def __init__(self, url: str, prefix: str) -> None:
        self._prefix = f"{prefix}:cache:"
        self._redis = Redis.from_url(url, socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S)

    def get(self, key: str) -> Any | None:
        """See `Cache.get`."""
        try:
            found = self._redis.get(self._prefix + key)
            return None if found is None else orjson.loads(found)
        except (RedisError, orjson.JSONDecodeError) as error:
            log.warning("the cache does not serve", error=str(error))
            return None

    def set(self, key: str, value: Any, ttl_s: float) -> None:
        """See `Cache.set`."""
        encoded = orjson.dumps(value)
        try:
            self._redis.set(self._prefix + key, encoded, px=max(1, round(ttl_s * 1e3)))
        except RedisError as error:
            log.warning("the cache does not serve", error=str(error))

    def invalidate(self, pattern: str) -> int:
        """See `Cache.invalidate`. Walks in steps: `KEYS` would stop Redis for everybody."""
        matches, gone = compiled(pattern), 0
        try:
            for key in self._redis.scan_iter(for_redis(self._prefix) + for_redis(pattern), CHUNK):
                if matches(key.decode()[len(self._prefix) :]):
                    gone += int(self._redis.unlink(key))
        except RedisError as error:
            log.warning("the cache does not serve", error=str(error))
        return gone

    def close(self) -> None:
        """See `Cache.close`."""
        self._redis.close()

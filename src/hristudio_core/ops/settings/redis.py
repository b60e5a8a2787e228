"""What several web processes share."""

from dataclasses import dataclass

from hristudio_core.ops.settings._values import REDIS, TEXT
from hristudio_core.ops.settings._variable import variable


@dataclass(frozen=True)
class RedisSettings:
    """Redis: message queue, cache and rate limits of several web processes; one process needs none."""

    url: str = variable("REDIS_URL", "", REDIS, "Redis or Valkey to use", secret=True)
    prefix: str = variable("HRISTUDIO_REDIS_PREFIX", "hristudio", TEXT, "Begins every key of ours")

    @property
    def on(self) -> bool:
        """Whether there is one."""
        return bool(self.url)

from hristudio_web.cache.memory import MemoryCache
from hristudio_web.cache.port import Cache
from hristudio_web.cache.redis import RedisCache

__all__ = ["Cache", "MemoryCache", "RedisCache"]

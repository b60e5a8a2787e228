"""A PostgreSQL of our own, in the data folder, for whoever has no other."""

from hristudio_core.store.embedded.server import Embedded, running_owner_url, running_url

__all__ = ["Embedded", "running_owner_url", "running_url"]

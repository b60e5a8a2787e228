"""What each fact does to the state."""

from hristudio_core.engine.evolve._dispatch import EVOLVERS, evolve

__all__ = ["EVOLVERS", "evolve"]

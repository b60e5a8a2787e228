"""What each input leads to: one file a family of inputs."""

from hristudio_core.engine.decide._dispatch import DECIDERS, decide

__all__ = ["DECIDERS", "decide"]

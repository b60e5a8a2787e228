"""The `hristudio` command: one file a verb, one folder a group of verbs."""

from hristudio_core.cli._command import main

__all__ = ["main"]

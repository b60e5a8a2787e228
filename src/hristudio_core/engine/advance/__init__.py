"""What follows by itself from where a trial is: one file a family of constructs."""

from hristudio_core.engine.advance._body import start
from hristudio_core.engine.advance._settle import CONSTRUCTS, settle

__all__ = ["CONSTRUCTS", "settle", "start"]

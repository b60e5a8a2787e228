from hristudio_core.support.checks import CHECKS
from hristudio_core.support.contents import contents, hidden_in, without_people

__all__ = ["CHECKS", "contents", "hidden_in", "without_people"]

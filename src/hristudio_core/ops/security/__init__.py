from hristudio_core.ops.security.audit import Aim, audit
from hristudio_core.ops.security.probe import Site, SiteUnreachable

__all__ = ["Aim", "Site", "SiteUnreachable", "audit"]

from scans.browser import browser
from scans.code import code
from scans.dependencies import dependencies
from scans.dockerfile import dockerfile
from scans.images import images
from scans.inventory import inventory
from scans.scan import PASSED, Scan
from scans.secrets import secrets

SCANS = {
    "dependencies": dependencies,
    "browser": browser,
    "code": code,
    "secrets": secrets,
    "dockerfile": dockerfile,
    "images": images,
    "inventory": inventory,
}

__all__ = ["PASSED", "SCANS", "Scan"]

"""Where recordings go."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from hristudio_core.ops.problem import Problem
from hristudio_core.ops.settings._values import TEXT, WEB_ADDRESS
from hristudio_core.ops.settings._variable import variable

_REGIONAL = (
    re.compile(r"s3[.-]([a-z0-9-]+-\d+)\.amazonaws\.com"),
    re.compile(r"s3\.([a-z0-9-]+)\.backblazeb2\.com"),
)


@dataclass(frozen=True)
class StorageSettings:
    """Storage: an S3-compatible store for media; without S3_BUCKET_NAME they lie in the data folder."""

    endpoint: str = variable(
        "S3_ENDPOINT",
        "",
        WEB_ADDRESS,
        "Address of the store (Cloudflare R2, Backblaze B2, MinIO); unset: AWS",
    )
    access_key_id: str = variable("S3_ACCESS_KEY_ID", "", TEXT, "Access key")
    secret_access_key: str = variable("S3_SECRET_ACCESS_KEY", "", TEXT, "Its secret", secret=True)
    bucket: str = variable("S3_BUCKET_NAME", "", TEXT, "Bucket")
    region: str = variable("S3_REGION", "us-east-1", TEXT, "Region; `auto` for Cloudflare R2")
    public_endpoint: str = variable(
        "S3_PUBLIC_ENDPOINT",
        "",
        WEB_ADDRESS,
        "Address of the store as browsers reach it, where it is another",
        shown_default="S3_ENDPOINT",
    )

    @property
    def on(self) -> bool:
        """Whether there is a store besides the data folder."""
        return bool(self.bucket)

    def problems(self) -> Iterator[Problem]:
        """Find a store that is half set up."""
        given = {
            "S3_BUCKET_NAME": self.bucket,
            "S3_ACCESS_KEY_ID": self.access_key_id,
            "S3_SECRET_ACCESS_KEY": self.secret_access_key,
        }
        named = [name for name, value in given.items() if value]
        if not named and self.endpoint:
            named = ["S3_ENDPOINT"]
        for name in given.keys() - named if named else ():
            yield Problem(name, "", f"not set, though {named[0]} is", "set it, or unset all S3_ variables")
        region = _region_of(self.endpoint)
        if region and self.region not in region:
            yield Problem("S3_REGION", self.region, "not the region of S3_ENDPOINT", f"set it to {region[0]}")


def _region_of(endpoint: str) -> tuple[str, ...]:
    """Give the regions that an address allows; none: it does not say."""
    host = urlsplit(endpoint).hostname or ""
    for pattern in _REGIONAL:
        if found := pattern.fullmatch(host):
            return (found[1],)
    # R2 has one, by three names.
    return ("auto", "us-east-1", "") if host.endswith(".r2.cloudflarestorage.com") else ()

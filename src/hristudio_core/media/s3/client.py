"""boto3, set up so that AWS S3, Cloudflare R2, Backblaze B2, MinIO and Ceph all take what it sends.

boto3's own checksums are off: stores other than AWS refuse its trailers, or take them and do
not look. Instead every body goes with Content-MD5, which all of them check, and each object
keeps its SHA-256 beside it, which is checked when it comes back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from hristudio_core.media.errors import StoreAway, StoreRefused

CONNECT_S = 3
READ_S = 60
ATTEMPTS = 3
NOT_THERE = frozenset({"404", "NoSuchKey", "NotFound"})
NO_BUCKET = frozenset({"NoSuchBucket"})
NOT_OFFERED = frozenset({"NotImplemented", "MethodNotAllowed", "XNotImplemented", "UnsupportedOperation"})
NOT_OFFERED_STATUS = frozenset({405, 501})
_REMEDIES = {
    "InvalidAccessKeyId": "look at S3_ACCESS_KEY_ID: the store knows no such key",
    "SignatureDoesNotMatch": "look at S3_SECRET_ACCESS_KEY: it does not belong to the access key",
    "AccessDenied": "give this access key the right to read, write, list and delete in the bucket",
    "403": "look at S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, and give that key rights in the bucket",
    "NoSuchBucket": "`hristudio storage ensure` makes the bucket",
    "AuthorizationHeaderMalformed": "look at S3_REGION: the bucket is in another",
    "PermanentRedirect": "look at S3_REGION and S3_ENDPOINT: the bucket is elsewhere",
    "301": "look at S3_REGION and S3_ENDPOINT: the bucket is elsewhere",
    "RequestTimeTooSkewed": "set this machine's clock",
    "QuotaExceeded": "make room, or raise the quota",
}


@dataclass(frozen=True)
class Account:
    """How a store is reached.

    Attributes:
        endpoint: Its address; empty: AWS.
        key_id: Access key; empty: nobody, as a stranger comes.
        secret: The key's secret.
        region: As the store names it.
        public_endpoint: Address that browsers use, when it is another.
    """

    endpoint: str = ""
    key_id: str = ""
    secret: str = ""
    region: str = "us-east-1"
    public_endpoint: str = ""

    @property
    def stranger(self) -> "Account":
        """The same store, as somebody without a key sees it."""
        return replace(self, key_id="", secret="")

    def place(self, bucket: str, prefix: str = "") -> str:
        """Name a place in it, for people."""
        return f"s3://{bucket}/{prefix}{f' at {self.endpoint}' if self.endpoint else ''}"

    def client(self, endpoint: str = "") -> Any:
        """Make a client; several threads may share it."""
        return boto3.client(
            "s3",
            endpoint_url=endpoint or self.endpoint or None,
            region_name=self.region,
            aws_access_key_id=self.key_id or None,
            aws_secret_access_key=self.secret or None,
            config=Config(
                signature_version="s3v4" if self.key_id else UNSIGNED,
                s3={"addressing_style": "path" if self.endpoint else "auto"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                connect_timeout=CONNECT_S,
                read_timeout=READ_S,
                retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            ),
        )


@contextmanager
def named_errors(place: str) -> Iterator[None]:
    """Turn boto3's errors into ours; a missing object stays what it is, for the caller to name."""
    try:
        yield
    except ClientError as error:
        code, status = code_of(error), status_of(error)
        if code in NOT_THERE:
            raise
        told = error.response.get("Error", {}).get("Message") or code
        if status >= 500 and status not in NOT_OFFERED_STATUS:
            raise StoreAway(place, f"{code} {told}") from error
        raise StoreRefused(place, f"{code} {told}".strip(), remedy_of(error)) from error
    except BotoCoreError as error:
        raise StoreAway(place, str(error)) from error


def code_of(error: ClientError) -> str:
    """Give what the store calls its error."""
    return str(error.response.get("Error", {}).get("Code", ""))


def status_of(error: ClientError) -> int:
    """Give the HTTP status of an error."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def remedy_of(error: ClientError) -> str:
    """Say what to do about an error."""
    return _REMEDIES.get(code_of(error), "`hristudio storage status` looks at what is set up")


def is_not_offered(error: ClientError) -> bool:
    """Tell whether the store lacks a function, rather than refuses it."""
    return code_of(error) in NOT_OFFERED or status_of(error) in NOT_OFFERED_STATUS

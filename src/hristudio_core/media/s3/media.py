"""Media in a bucket of an S3-compatible store."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timezone
from typing import Any, BinaryIO

from botocore.exceptions import ClientError
from msgspec.structs import replace

from hristudio_core.media.errors import NotStored, ObjectDamaged
from hristudio_core.media.objects import BYTES, CHUNK, Content, Sink, Stored, attachment, fit_key
from hristudio_core.media.port import EXPIRES_S
from hristudio_core.media.s3 import bucket as setup
from hristudio_core.media.s3.client import Account, named_errors
from hristudio_core.media.s3.multipart import PART, SHA256, Multipart
from hristudio_core.media.steps import Step
from hristudio_core.media.tickets import Upload


class S3Media:
    """See `Media`. Threads may share it.

    Args:
        account: How the store is reached.
        bucket: Which bucket.
        prefix: Begins every key there; ends with `/` unless it is empty.
        part: Objects above this size go in parts of it, bytes.
    """

    def __init__(self, account: Account, bucket: str, prefix: str = "", part: int = PART) -> None:
        self._account = account
        self._bucket = bucket
        self._prefix = prefix
        self._part = part
        self.place = account.place(bucket, prefix)
        self._client = account.client()
        self._links = account.client(account.public_endpoint) if account.public_endpoint else self._client

    def put(self, key: str, source: BinaryIO, media_type: str = BYTES) -> Stored:
        """See `Media.put`."""
        name = self._prefix + fit_key(key)
        begin = source.tell()
        data = source.read(self._part + 1)
        if len(data) > self._part:
            source.seek(begin)
            with named_errors(self.place):
                content = Multipart(self._client, self._bucket, name, self._part).send(source, media_type)
        else:
            content = Content(len(data), hashlib.sha256(data).hexdigest())
            with named_errors(self.place):
                self._client.put_object(
                    Bucket=self._bucket, Key=name, Body=data, ContentType=media_type,
                    ContentMD5=md5_of(data), Metadata={SHA256: content.sha256},
                )  # fmt: skip
        return Stored(
            key=key, size=content.size, sha256=content.sha256, type=media_type,
            modified_at=datetime.now(timezone.utc),
        )  # fmt: skip

    def get(self, key: str, target: BinaryIO) -> Stored:
        """See `Media.get`."""
        with self._found(key):
            answer = self._client.get_object(Bucket=self._bucket, Key=self._prefix + fit_key(key))
            stored = _stored(key, answer)
            sink = Sink(target)
            with closing(answer["Body"]) as body:
                for chunk in body.iter_chunks(CHUNK):
                    sink.write(chunk)
        found = sink.content
        if found.size != stored.size:
            raise ObjectDamaged(key, f"{found.size} bytes came instead of {stored.size}")
        if stored.sha256 and found.sha256 != stored.sha256:
            raise ObjectDamaged(key, "its SHA-256 is not the one that was stored with it")
        return replace(stored, sha256=found.sha256)

    def stat(self, key: str) -> Stored:
        """See `Media.stat`."""
        with self._found(key):
            return _stored(
                key, self._client.head_object(Bucket=self._bucket, Key=self._prefix + fit_key(key))
            )

    def list(self, prefix: str = "") -> Iterator[Stored]:
        """See `Media.list`."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=self._prefix + prefix
        )
        with self._found(prefix):
            for page in pages:
                for item in page.get("Contents", ()):
                    key = item["Key"].removeprefix(self._prefix)
                    yield Stored(
                        key=key, size=item["Size"], sha256="", type="", modified_at=item["LastModified"]
                    )  # fmt: skip

    def delete(self, key: str) -> None:
        """See `Media.delete`."""
        with named_errors(self.place):
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + fit_key(key))

    def upload_link(
        self, key: str, content: Content, media_type: str = BYTES, expires_s: int = EXPIRES_S
    ) -> Upload:
        """See `Media.upload_link`. Size, type and hash are part of the signature."""
        digest = b64encode(bytes.fromhex(content.sha256)).decode()
        given = {
            "ContentType": media_type,
            "ContentLength": content.size,
            "ChecksumSHA256": digest,
            "Metadata": {SHA256: content.sha256},
        }
        url = self._links.generate_presigned_url(
            "put_object",
            Params={"Bucket": self._bucket, "Key": self._prefix + fit_key(key), **given},
            ExpiresIn=expires_s,
        )
        headers = {
            "Content-Type": media_type,
            "x-amz-checksum-sha256": digest,
            f"x-amz-meta-{SHA256}": content.sha256,
        }
        return Upload(url, "PUT", headers)

    def download_link(self, key: str, name: str = "", expires_s: int = EXPIRES_S) -> str:
        """See `Media.download_link`."""
        given = {"Bucket": self._bucket, "Key": self._prefix + fit_key(key)}
        if name:
            given["ResponseContentDisposition"] = attachment(name)
        url: str = self._links.generate_presigned_url("get_object", Params=given, ExpiresIn=expires_s)
        return url

    def ensure(self, origins: Sequence[str] = (), *, dry_run: bool = False) -> tuple[Step, ...]:
        """See `Media.ensure`."""
        return setup.ensure(self._account, self._client, self._bucket, origins, dry_run=dry_run)

    @contextmanager
    def _found(self, key: str) -> Iterator[None]:
        try:
            with named_errors(self.place):
                yield
        except ClientError as error:
            raise NotStored(key) from error


def md5_of(data: bytes) -> str:
    """Give what Content-MD5 says of a body (RFC 1864): a check of the way, not of who sent it."""
    return b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()


def _stored(key: str, answer: dict[str, Any]) -> Stored:
    return Stored(
        key=key,
        size=answer["ContentLength"],
        sha256=answer.get("Metadata", {}).get(SHA256, ""),
        type=answer.get("ContentType", BYTES),
        modified_at=answer["LastModified"],
    )

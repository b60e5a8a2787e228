"""Sending a large object in parts, and going on with what was begun before.

It is read twice: for its hashes, because they must be told before the first part goes, and to
be sent; a file that changed between is not stored. Parts that an upload which was cut off has
left in the store are recognised by their own hashes (their ETags) and not sent again.
"""

import hashlib
from base64 import b64encode
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, BinaryIO

from hristudio_core.media.errors import ObjectDamaged
from hristudio_core.media.objects import Content

PART = 16 << 20
LEAST_PART = 5 << 20
"""What S3 takes at least for a part that is not the last."""
MOST_PARTS = 9_000
AT_ONCE = 3
SHA256 = "sha256"


@dataclass(frozen=True)
class Plan:
    """What is to be sent: all of it, the size of a part, and the MD5 of each."""

    content: Content
    part: int
    digests: Sequence[str]

    def covers(self, parts: dict[int, str]) -> bool:
        """Tell whether parts in the store are parts of this."""
        known = dict(enumerate(self.digests, 1))
        return bool(parts) and all(known.get(number) == etag for number, etag in parts.items())


class Multipart:
    """Sends objects in parts to one bucket."""

    def __init__(self, client: Any, bucket: str, name: str, part: int) -> None:
        self._client = client
        self._where = {"Bucket": bucket, "Key": name}
        self._name = name
        self._least = max(part, LEAST_PART)

    def send(self, source: BinaryIO, media_type: str) -> Content:
        """Send all of a stream; give what it held.

        Raises:
            ObjectDamaged: It changed meanwhile; nothing was stored.
        """
        plan = _plan(source, self._least)
        begun = self._begun(plan)
        if begun:
            self._upload(source, plan, *begun)
            told = self._client.head_object(**self._where).get("Metadata", {}).get(SHA256)
            if told == plan.content.sha256:
                return plan.content
            # The beginning was the same, and the rest is not: that upload announced other content.
        answer = self._client.create_multipart_upload(
            **self._where, ContentType=media_type, Metadata={SHA256: plan.content.sha256}
        )
        self._upload(source, plan, answer["UploadId"], {})
        return plan.content

    def _begun(self, plan: Plan) -> tuple[str, dict[int, str]] | None:
        """Find an upload that can be gone on with: its id and its parts; end those that cannot."""
        found = self._client.list_multipart_uploads(Bucket=self._where["Bucket"], Prefix=self._name)
        for item in found.get("Uploads", ()):
            if item["Key"] != self._name:
                continue
            parts = self._parts(item["UploadId"])
            if plan.covers(parts):
                return item["UploadId"], parts
            self._client.abort_multipart_upload(**self._where, UploadId=item["UploadId"])
        return None

    def _parts(self, upload: str) -> dict[int, str]:
        pages = self._client.get_paginator("list_parts").paginate(**self._where, UploadId=upload)
        return {
            item["PartNumber"]: item["ETag"].strip('"') for page in pages for item in page.get("Parts", ())
        }

    def _upload(self, source: BinaryIO, plan: Plan, upload: str, there: dict[int, str]) -> None:
        begin, digest = source.tell(), hashlib.sha256()
        etags = {number: f'"{etag}"' for number, etag in there.items()}
        waiting: deque[tuple[int, Future[str]]] = deque()
        with ThreadPoolExecutor(AT_ONCE, "upload") as workers:
            for number, data in enumerate(_pieces(source, plan.part), 1):
                digest.update(data)
                if number in there:
                    continue
                waiting.append((number, workers.submit(self._send, upload, number, data)))
                # Parts wait in memory: hardly more of them than are on their way.
                while len(waiting) > AT_ONCE:
                    sent, sending = waiting.popleft()
                    etags[sent] = sending.result()
            etags |= {number: sending.result() for number, sending in waiting}
        source.seek(begin)
        if digest.hexdigest() != plan.content.sha256:
            self._client.abort_multipart_upload(**self._where, UploadId=upload)
            raise ObjectDamaged(self._name, "it changed while it was stored, so it was not")
        parts = [{"PartNumber": number, "ETag": etag} for number, etag in sorted(etags.items())]
        self._client.complete_multipart_upload(
            **self._where, UploadId=upload, MultipartUpload={"Parts": parts}
        )

    def _send(self, upload: str, number: int, data: bytes) -> str:
        md5 = b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()
        answer = self._client.upload_part(
            **self._where, UploadId=upload, PartNumber=number, Body=data, ContentMD5=md5
        )
        return str(answer["ETag"])


def _plan(source: BinaryIO, part: int) -> Plan:
    begin = source.tell()
    size = source.seek(0, 2) - begin
    source.seek(begin)
    part = max(part, -(-size // MOST_PARTS))
    whole, size, digests = hashlib.sha256(), 0, []
    for data in _pieces(source, part):
        whole.update(data)
        size += len(data)
        digests.append(hashlib.md5(data, usedforsecurity=False).hexdigest())
    source.seek(begin)
    return Plan(Content(size, whole.hexdigest()), part, digests)


def _pieces(source: BinaryIO, part: int) -> Iterator[bytes]:
    while data := source.read(part):
        yield data

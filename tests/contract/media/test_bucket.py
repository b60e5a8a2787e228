"""What only a bucket does: being set up, going on with an upload, telling what is wrong with the settings."""

import dataclasses
import io
import json
from typing import Any

import pytest
import requests

from hristudio_core.media import Media, NotStored, ObjectDamaged, Outcome, StoreAway, StoreRefused
from hristudio_core.media.s3 import S3Media
from tests.servers.object_store import ObjectStore
from tests.servers.ports import free_port

PART = 5 << 20
LARGE = bytes(range(256)) * 4096 * 11
ORIGIN = "https://studio.lab.example"
PATIENCE_S = 120


def outcomes(media: Media, **options: Any) -> dict[str, Outcome]:
    return {step.name: step.outcome for step in media.ensure([ORIGIN], **options)}


def put(media: Media, key: str, data: bytes) -> None:
    media.put(key, io.BytesIO(data))


def test_a_bucket_is_made_and_set_up_once(object_store: ObjectStore, bucket_name: str) -> None:
    media = S3Media(object_store.account, bucket_name)
    assert outcomes(media, dry_run=True) == {"bucket": Outcome.TO_DO}
    assert outcomes(media) == {
        "bucket": Outcome.DONE,
        "public access": Outcome.DONE,
        "strangers": Outcome.ALREADY,
        "cors": Outcome.DONE,
        "lifecycle": Outcome.DONE,
    }
    assert set(outcomes(media).values()) == {Outcome.ALREADY}
    assert set(outcomes(media, dry_run=True).values()) == {Outcome.ALREADY}
    assert list(media.list()) == []


def test_only_looking_changes_nothing(object_store: ObjectStore, bucket: str) -> None:
    media = S3Media(object_store.account, bucket)
    for _ in range(2):
        found = outcomes(media, dry_run=True)
        assert {name for name, outcome in found.items() if outcome is Outcome.TO_DO} == {
            "public access",
            "cors",
            "lifecycle",
        }


def test_a_bucket_that_anybody_reads_is_closed(object_store: ObjectStore, bucket: str) -> None:
    client = object_store.account.client()
    media = S3Media(object_store.account, bucket)
    put(media, "trials/a", b"of somebody")
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": ["s3:GetObject", "s3:ListBucket"],
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    client.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    url = f"{object_store.endpoint}/{bucket}/trials/a"
    assert requests.get(url, timeout=PATIENCE_S).content == b"of somebody"
    open_one = {step.name: step for step in media.ensure(dry_run=True)}["strangers"]
    assert open_one.outcome is Outcome.FAILED
    assert "anybody can list the bucket and read what is in it" in open_one.detail
    assert outcomes(media)["public access"] is Outcome.DONE
    # Whatever this store makes of the block: what is told must be so.
    told = outcomes(media)["strangers"]
    assert (told is Outcome.ALREADY) == (requests.get(url, timeout=PATIENCE_S).status_code == 403)


def test_rules_of_others_stay(object_store: ObjectStore, bucket: str) -> None:
    client = object_store.account.client()
    theirs = {
        "ID": "theirs",
        "AllowedOrigins": ["https://other.example"],
        "AllowedMethods": ["GET"],
        "AllowedHeaders": ["*"],
    }
    client.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [theirs]})
    expiry = {"ID": "theirs", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 3}}
    client.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [expiry]})
    S3Media(object_store.account, bucket).ensure([ORIGIN])
    rules = client.get_bucket_cors(Bucket=bucket)["CORSRules"]
    assert {rule["ID"] for rule in rules} == {"theirs", "hristudio"}
    rules = client.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    assert {rule["ID"] for rule in rules} == {"theirs", "hristudio"}
    S3Media(object_store.account, bucket).ensure()
    assert [rule["ID"] for rule in client.get_bucket_cors(Bucket=bucket)["CORSRules"]] == ["theirs"]


def test_pages_of_the_dashboard_may_use_links_and_others_may_not(
    object_store: ObjectStore, bucket: str
) -> None:
    media = S3Media(object_store.account, bucket)
    media.ensure([ORIGIN])
    put(media, "a", b"x")
    link = media.download_link("a")
    ours = requests.get(link, headers={"Origin": ORIGIN}, timeout=PATIENCE_S)
    assert ours.headers["Access-Control-Allow-Origin"] == ORIGIN
    theirs = requests.get(link, headers={"Origin": "https://evil.example"}, timeout=PATIENCE_S)
    assert "Access-Control-Allow-Origin" not in theirs.headers
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "PUT"}
    asked["Access-Control-Request-Headers"] = "content-type,x-amz-checksum-sha256,x-amz-meta-sha256"
    assert requests.options(link, headers=asked, timeout=PATIENCE_S).status_code == 200


class Cut(io.BytesIO):
    """A file whose disk fails half way of being sent."""

    def __init__(self, data: bytes, after: int) -> None:
        super().__init__(data)
        self._reads = after

    def read(self, size: int | None = -1) -> bytes:
        self._reads -= 1
        if self._reads < 0:
            raise OSError(5, "Input/output error")
        return super().read(size)


def test_an_upload_that_was_cut_off_goes_on(object_store: ObjectStore, bucket: str) -> None:
    media = S3Media(object_store.account, bucket, part=PART)
    client = object_store.account.client()
    with pytest.raises(OSError, match="Input/output"):
        # One read to see that it is large, four for its hashes, two of three parts to be sent.
        media.put("a", Cut(LARGE, 1 + 4 + 2), "video/mp4")
    assert list(media.list()) == []
    [begun] = client.list_multipart_uploads(Bucket=bucket)["Uploads"]
    sent: list[object] = []
    media._client.meta.events.register(
        "before-call.s3.UploadPart", lambda params, **_: sent.append(params["body"])
    )
    media.put("a", io.BytesIO(LARGE), "video/mp4")
    assert len(sent) == 1
    assert "Uploads" not in client.list_multipart_uploads(Bucket=bucket)
    target = io.BytesIO()
    assert media.get("a", target).type == "video/mp4"
    assert target.getvalue() == LARGE
    assert begun["Key"] == "a"


@pytest.mark.parametrize(
    "where", [0, len(LARGE) - 1], ids=["in a part that is there", "in a part that is not"]
)
def test_an_upload_of_something_else_is_not_gone_on_with(
    object_store: ObjectStore, bucket: str, where: int
) -> None:
    media = S3Media(object_store.account, bucket, part=PART)
    with pytest.raises(OSError, match="Input/output"):
        media.put("a", Cut(LARGE, 1 + 4 + 2), "video/mp4")
    other = LARGE[:where] + b"!" + LARGE[where + 1 :]
    put(media, "a", other)
    target = io.BytesIO()
    media.get("a", target)
    assert target.getvalue() == other
    assert "Uploads" not in object_store.account.client().list_multipart_uploads(Bucket=bucket)


def test_an_object_that_was_altered_is_told(object_store: ObjectStore, bucket: str) -> None:
    media = S3Media(object_store.account, bucket)
    put(media, "a", b"as it was")
    told = media.stat("a").sha256
    object_store.account.client().put_object(
        Bucket=bucket, Key="a", Body=b"as it is!", Metadata={"sha256": told}
    )
    with pytest.raises(ObjectDamaged, match="hristudio backup restore"):
        media.get("a", io.BytesIO())


def test_an_object_of_others_can_be_read_too(object_store: ObjectStore, bucket: str) -> None:
    object_store.account.client().put_object(Bucket=bucket, Key="a", Body=b"x")
    media = S3Media(object_store.account, bucket)
    assert media.stat("a").sha256 == ""
    assert len(media.get("a", io.BytesIO()).sha256) == 64


def test_wrong_keys_are_told_with_what_to_look_at(object_store: ObjectStore, bucket: str) -> None:
    for wrong, words in (
        ({"secret": "wrong"}, "S3_SECRET_ACCESS_KEY"),
        ({"key_id": "NOBODY"}, "S3_ACCESS_KEY_ID"),
    ):
        media = S3Media(dataclasses.replace(object_store.account, **wrong), bucket)
        with pytest.raises(StoreRefused, match=words):
            put(media, "a", b"x")
        [step] = media.ensure()
        assert step.outcome is Outcome.FAILED
        assert "S3_ACCESS_KEY_ID" in step.detail


def test_a_missing_bucket_is_told(object_store: ObjectStore, bucket_name: str) -> None:
    media = S3Media(object_store.account, bucket_name)
    with pytest.raises(StoreRefused, match="storage ensure"):
        put(media, "a", b"x")
    with pytest.raises(StoreRefused, match="storage ensure"):
        list(media.list())
    with pytest.raises(NotStored):
        media.stat("a")


def test_a_store_that_is_away_is_told(object_store: ObjectStore) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    media = S3Media(dataclasses.replace(object_store.account, endpoint=nowhere), "any")
    for call in (lambda: put(media, "a", b"x"), lambda: list(media.list()), media.ensure):
        with pytest.raises(StoreAway, match="does not answer"):
            call()


def test_links_go_where_browsers_reach_the_store(object_store: ObjectStore, bucket: str) -> None:
    account = dataclasses.replace(
        object_store.account, public_endpoint=object_store.endpoint.replace("127.0.0.1", "localhost")
    )
    media = S3Media(account, bucket)
    put(media, "a", b"x")
    link = media.download_link("a")
    assert link.startswith("http://localhost:")
    assert requests.get(link, timeout=PATIENCE_S).content == b"x"

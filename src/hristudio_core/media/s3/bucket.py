"""A bucket as it has to be: there, private, open to our pages' links alone, tidied up after.

Rules of others stay: ours have an id of their own. What a store does not offer is told;
whether strangers are kept out is not believed but tried.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from hristudio_core.media.s3.client import (
    NO_BUCKET,
    Account,
    code_of,
    is_not_offered,
    named_errors,
    remedy_of,
    status_of,
)
from hristudio_core.media.steps import Outcome, Step

OURS = "hristudio"
PROBE = "hristudio-probe"
UNFINISHED_DAYS = 7
BLOCK = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
KEEPS_OUT = ("IgnorePublicAcls", "RestrictPublicBuckets")
LIFECYCLE = {
    "ID": OURS,
    "Status": "Enabled",
    "Filter": {"Prefix": ""},
    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": UNFINISHED_DAYS},
}


def ensure(
    account: Account, client: Any, bucket: str, origins: Sequence[str], *, dry_run: bool
) -> tuple[Step, ...]:
    """Make a bucket as it has to be; see `Media.ensure`."""
    with named_errors(account.place(bucket)):
        steps = [_there(account, client, bucket, dry_run)]
        if steps[0].outcome in {Outcome.FAILED, Outcome.TO_DO}:
            return tuple(steps)
        work: tuple[tuple[str, Callable[[], Step]], ...] = (
            ("public access", partial(_block, client, bucket, dry_run)),
            ("strangers", partial(_strangers, account, client, bucket, dry_run)),
            ("cors", partial(_cors, client, bucket, origins, dry_run)),
            ("lifecycle", partial(_lifecycle, client, bucket, dry_run)),
        )
        steps += [_tried(name, step) for name, step in work]
    return tuple(steps)


def _tried(name: str, step: Callable[[], Step]) -> Step:
    try:
        return step()
    except ClientError as error:
        if is_not_offered(error):
            return Step(name, Outcome.NOT_OFFERED, f"this store has no such function ({code_of(error)})")
        return Step(name, Outcome.FAILED, f"{code_of(error)}: {remedy_of(error)}")


def _there(account: Account, client: Any, bucket: str, dry_run: bool) -> Step:
    try:
        client.head_bucket(Bucket=bucket)
    except ClientError as error:
        if status_of(error) != 404:
            return Step("bucket", Outcome.FAILED, f"{bucket}: {remedy_of(error)}")
    else:
        return Step("bucket", Outcome.ALREADY, bucket)
    if dry_run:
        return Step(
            "bucket", Outcome.TO_DO, f"there is no bucket {bucket}; `hristudio storage ensure` makes it"
        )
    on_aws = not account.endpoint or (urlsplit(account.endpoint).hostname or "").endswith(".amazonaws.com")
    # AWS wants the region said everywhere but in its first; others know where they are.
    where = {"LocationConstraint": account.region} if on_aws and account.region != "us-east-1" else {}
    try:
        client.create_bucket(Bucket=bucket, **({"CreateBucketConfiguration": where} if where else {}))
    except ClientError as error:
        if code_of(error) == "BucketAlreadyExists":
            return Step(
                "bucket", Outcome.FAILED, f"{bucket} is somebody else's: choose another S3_BUCKET_NAME"
            )
        return Step(
            "bucket", Outcome.FAILED, f"{bucket} cannot be made: {code_of(error)}, {remedy_of(error)}"
        )
    return Step("bucket", Outcome.DONE, f"{bucket} made")


def _block(client: Any, bucket: str, dry_run: bool) -> Step:
    try:
        found = client.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    except ClientError as error:
        if code_of(error) != "NoSuchPublicAccessBlockConfiguration":
            raise
        found = {}
    if all(found.get(name) for name in KEEPS_OUT):
        return Step("public access", Outcome.ALREADY, "blocked")
    if dry_run:
        return Step("public access", Outcome.TO_DO, "not blocked")
    for block in (BLOCK, {**BLOCK, "BlockPublicAcls": False}):
        client.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=block)
        # Ceph before 17 takes every object that is stored for a public one, and refuses it.
        if _works(partial(client.put_object, Bucket=bucket, Key=PROBE, Body=b"")):
            client.delete_object(Bucket=bucket, Key=PROBE)
            return Step("public access", Outcome.DONE, "blocked, whatever access lists or policies say")
    client.delete_public_access_block(Bucket=bucket)
    return Step(
        "public access", Outcome.NOT_OFFERED, "this store then refuses its owner, too: left as it was"
    )


def _strangers(account: Account, client: Any, bucket: str, dry_run: bool) -> Step:
    """Try to read as somebody without a key."""
    key = PROBE
    if dry_run:
        some = client.list_objects_v2(Bucket=bucket, MaxKeys=1).get("Contents", ())
        key = some[0]["Key"] if some else PROBE
    else:
        client.put_object(Bucket=bucket, Key=PROBE, Body=b"")
    stranger = account.stranger.client()
    try:
        let_in = [
            what
            for what, call in (
                ("list the bucket", partial(stranger.list_objects_v2, Bucket=bucket, MaxKeys=1)),
                ("read what is in it", partial(stranger.head_object, Bucket=bucket, Key=key)),
            )
            if _works(call)
        ]
    finally:
        if not dry_run:
            client.delete_object(Bucket=bucket, Key=PROBE)
    if let_in:
        remedy = "remove the bucket's policy and access list that allow it"
        return Step("strangers", Outcome.FAILED, f"anybody can {' and '.join(let_in)}: {remedy}")
    return Step("strangers", Outcome.ALREADY, "are refused")


def _works(call: Callable[[], Any]) -> bool:
    try:
        call()
    except ClientError:
        return False
    return True


def _cors(client: Any, bucket: str, origins: Sequence[str], dry_run: bool) -> Step:
    rules = _known(lambda: client.get_bucket_cors(Bucket=bucket)["CORSRules"], "NoSuchCORSConfiguration")
    others = [rule for rule in rules if rule.get("ID") != OURS]
    mine = [rule for rule in rules if rule.get("ID") == OURS]
    if not origins:
        told = "no page may use links"
        if mine and not dry_run and others:
            client.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": others})
        elif mine and not dry_run:
            client.delete_bucket_cors(Bucket=bucket)
        return Step("cors", _done(dry_run) if mine else Outcome.ALREADY, told)
    wanted = {
        "ID": OURS,
        "AllowedOrigins": sorted(origins),
        "AllowedMethods": ["GET", "HEAD", "PUT"],
        "AllowedHeaders": ["*"],
        "ExposeHeaders": ["ETag"],
        "MaxAgeSeconds": 3600,
    }
    told = f"pages of {', '.join(sorted(origins))} may use links"
    if [_plain(rule) for rule in mine] == [_plain(wanted)]:
        return Step("cors", Outcome.ALREADY, told)
    if dry_run:
        return Step("cors", Outcome.TO_DO, f"not yet: {told}")
    client.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [*others, wanted]})
    return Step("cors", Outcome.DONE, told)


def _lifecycle(client: Any, bucket: str, dry_run: bool) -> Step:
    rules = _known(
        lambda: client.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"],
        "NoSuchLifecycleConfiguration",
    )
    told = f"uploads that are not finished go after {UNFINISHED_DAYS} days; nothing else ever goes by itself"
    found = [rule for rule in rules if rule.get("ID") == OURS]
    name = "AbortIncompleteMultipartUpload"
    if found and found[0].get(name) == LIFECYCLE[name] and found[0].get("Status") == "Enabled":
        return Step("lifecycle", Outcome.ALREADY, told)
    if dry_run:
        return Step("lifecycle", Outcome.TO_DO, f"not yet: {told}")
    others = [rule for rule in rules if rule.get("ID") != OURS]
    client.put_bucket_lifecycle_configuration(
        Bucket=bucket, LifecycleConfiguration={"Rules": [*others, LIFECYCLE]}
    )
    return Step("lifecycle", Outcome.DONE, told)


def _known(ask: Callable[[], list[dict[str, Any]]], none: str) -> list[dict[str, Any]]:
    try:
        return ask()
    except ClientError as error:
        if code_of(error) in NO_BUCKET or code_of(error) != none:
            raise
        return []


def _done(dry_run: bool) -> Outcome:
    return Outcome.TO_DO if dry_run else Outcome.DONE


def _plain(rule: dict[str, Any]) -> dict[str, Any]:
    """Give a rule without the order that a store returns its lists in."""
    return {name: sorted(value) if isinstance(value, list) else value for name, value in rule.items()}

"""One contract for media in memory, in a folder and in a bucket; links are tried over HTTP."""

import hashlib
import io
import threading
import uuid
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
import requests

from hristudio_core.media import (
    Content,
    FolderMedia,
    KeyUnfit,
    Media,
    MemoryMedia,
    NotStored,
    ObjectDamaged,
    Outcome,
    Tickets,
    measure,
)
from hristudio_core.media.s3 import S3Media
from tests.servers.dashboard import TestDashboard
from tests.servers.object_store import ObjectStore
from tests.servers.waiting import until

PART = 5 << 20
LARGE = bytes(range(256)) * 4096 * 11 + b"the end"
TYPE = "video/mp4"
PATIENCE_S = 120


class Place:
    """A store under test, and the address that its links are relative to."""

    def __init__(self, media: Media, url: str = "") -> None:
        self.media = media
        self.url = url

    def put(self, key: str, data: bytes, media_type: str = TYPE) -> None:
        self.media.put(key, io.BytesIO(data), media_type)

    def get(self, key: str) -> bytes:
        target = io.BytesIO()
        self.media.get(key, target)
        return target.getvalue()

    def keys(self, prefix: str) -> list[str]:
        return [one.key for one in self.media.list(prefix)]

    def send(
        self, key: str, data: bytes, announced: bytes | None = None, **options: int
    ) -> requests.Response:
        content = measure(io.BytesIO(data if announced is None else announced))
        link = self.media.upload_link(key, content, TYPE, **options)
        return requests.request(
            link.method,
            urljoin(self.url, link.url),
            data=data,
            headers=dict(link.headers),
            timeout=PATIENCE_S,
        )

    def fetch(
        self, key: str, headers: dict[str, str] | None = None, **options: str | int
    ) -> requests.Response:
        link = self.media.download_link(key, **options)  # type: ignore[arg-type]
        return requests.get(urljoin(self.url, link), headers=headers, timeout=PATIENCE_S)


@pytest.fixture(scope="module", params=["memory", "folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    if request.param == "s3":
        store: ObjectStore = request.getfixturevalue("object_store")
        store.account.client().create_bucket(Bucket="contract")
        yield Place(S3Media(store.account, "contract", "below/", PART))
        return
    tickets = Tickets(b"a secret of the tests")
    folder = tmp_path_factory.mktemp("media")
    media = MemoryMedia(tickets) if request.param == "memory" else FolderMedia(folder / "media", tickets)
    dashboard = TestDashboard(folder / "data", media=media)
    yield Place(media, dashboard.url)
    dashboard.close()


@pytest.fixture
def group() -> str:
    """A group of keys of a test's own."""
    return f"trials/{uuid.uuid4()}"


def test_what_is_stored_comes_back(place: Place, group: str) -> None:
    data = "Grüß 漢字".encode()
    stored = place.media.put(f"{group}/a.mp4", io.BytesIO(data), TYPE)
    assert (stored.size, stored.sha256, stored.type) == (len(data), hashlib.sha256(data).hexdigest(), TYPE)
    assert place.get(f"{group}/a.mp4") == data
    found = place.media.stat(f"{group}/a.mp4")
    assert (found.key, found.size, found.sha256, found.type) == (
        stored.key,
        stored.size,
        stored.sha256,
        stored.type,
    )
    assert abs((found.modified_at - stored.modified_at).total_seconds()) < 120


def test_nothing_can_be_stored_too(place: Place, group: str) -> None:
    place.put(f"{group}/empty", b"")
    assert place.get(f"{group}/empty") == b""
    assert place.media.stat(f"{group}/empty").size == 0


def test_a_stream_is_stored_from_where_it_stands(place: Place, group: str) -> None:
    source = io.BytesIO(b"head|body")
    source.seek(5)
    place.media.put(f"{group}/body", source)
    assert place.get(f"{group}/body") == b"body"


def test_a_large_one_comes_back_whole(place: Place, group: str) -> None:
    """11 MB: three parts in a bucket."""
    place.put(f"{group}/large", LARGE)
    assert place.media.stat(f"{group}/large").sha256 == hashlib.sha256(LARGE).hexdigest()
    assert place.get(f"{group}/large") == LARGE


def test_storing_again_replaces(place: Place, group: str) -> None:
    place.put(f"{group}/a", b"one", "text/plain")
    place.put(f"{group}/a", b"another", TYPE)
    assert place.get(f"{group}/a") == b"another"
    assert place.media.stat(f"{group}/a").type == TYPE
    assert place.keys(group) == [f"{group}/a"]


def test_lists_go_by_key_and_beginning(place: Place, group: str) -> None:
    for name in ("b/2", "a", "b/1", "c"):
        place.put(f"{group}/{name}", name.encode())
    assert place.keys(f"{group}/") == [f"{group}/{name}" for name in ("a", "b/1", "b/2", "c")]
    assert place.keys(f"{group}/b") == [f"{group}/b/1", f"{group}/b/2"]
    assert place.keys(f"{group}/none") == []
    assert [one.size for one in place.media.list(f"{group}/b")] == [3, 3]


def test_what_was_removed_is_gone_and_removing_it_again_is_no_fault(place: Place, group: str) -> None:
    place.put(f"{group}/deep/er/a", b"x")
    place.put(f"{group}/b", b"y")
    for _ in range(2):
        place.media.delete(f"{group}/deep/er/a")
    assert place.keys(group) == [f"{group}/b"]
    with pytest.raises(NotStored, match="storage list"):
        place.media.stat(f"{group}/deep/er/a")
    with pytest.raises(NotStored):
        place.get(f"{group}/deep/er/a")


@pytest.mark.parametrize(
    "key",
    ["", "/a", "a/", "a//b", "../a", "a/../b", ".hidden", "a/.b", "a b", "a\\b", "a\nb", "ä", "x" * 513],
)
def test_a_key_that_could_lead_astray_is_refused(place: Place, key: str) -> None:
    for call in (
        lambda: place.put(key, b"x"),
        lambda: place.get(key),
        lambda: place.media.stat(key),
        lambda: place.media.delete(key),
        lambda: place.media.download_link(key),
        lambda: place.media.upload_link(key, Content(1, "00")),
    ):
        with pytest.raises(KeyUnfit):
            call()


def test_many_store_at_once(place: Place, group: str) -> None:
    def store(number: int) -> None:
        for turn in range(5):
            place.put(f"{group}/{number}", f"{number} {turn}".encode())
            place.put(f"{group}/shared", f"{number} {turn}".encode())

    threads = [threading.Thread(target=store, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [place.get(f"{group}/{number}") for number in range(4)] == [f"{n} 4".encode() for n in range(4)]
    # Whichever came last, it is whole: `get` has compared its hash.
    assert place.get(f"{group}/shared").endswith(b" 4")


def test_a_link_lets_fetch(place: Place, group: str) -> None:
    place.put(f"{group}/a.mp4", LARGE)
    answer = place.fetch(f"{group}/a.mp4")
    assert (answer.status_code, answer.content) == (200, LARGE)
    assert answer.headers["Content-Type"] == TYPE
    part = place.fetch(f"{group}/a.mp4", {"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, LARGE[10:20])
    named = place.fetch(f"{group}/a.mp4", name="P07 greeting.mp4")
    assert named.headers["Content-Disposition"] == 'attachment; filename="P07 greeting.mp4"'
    odd = place.fetch(f"{group}/a.mp4", name='Grüß "x"\r\ny.mp4')
    assert odd.headers["Content-Disposition"] == (
        """attachment; filename="Gr__ _x___y.mp4"; filename*=UTF-8''Gr%C3%BC%C3%9F%20%22x%22%0D%0Ay.mp4"""
    )


def test_a_link_lets_store(place: Place, group: str) -> None:
    answer = place.send(f"{group}/a.mp4", LARGE)
    assert answer.status_code in {200, 201}, answer.text
    assert place.get(f"{group}/a.mp4") == LARGE
    stored = place.media.stat(f"{group}/a.mp4")
    assert (stored.type, stored.sha256) == (TYPE, hashlib.sha256(LARGE).hexdigest())


def test_a_link_stores_what_it_was_made_for_and_nothing_else(place: Place, group: str) -> None:
    longer = place.send(f"{group}/a", b"longer than announced", b"short")
    assert 400 <= longer.status_code < 500
    content = measure(io.BytesIO(b"x"))
    link = place.media.upload_link(f"{group}/a", content, TYPE)
    url = urljoin(place.url, link.url)
    other_type = requests.put(
        url, data=b"x", headers={**link.headers, "Content-Type": "text/html"}, timeout=PATIENCE_S
    )
    assert 400 <= other_type.status_code < 500
    assert place.keys(group) == []
    # The right to store is none to fetch, and the other way round.
    place.put(f"{group}/a", b"x")
    assert requests.get(url, timeout=PATIENCE_S).status_code == 403
    fetching = urljoin(place.url, place.media.download_link(f"{group}/a"))
    stored = requests.put(fetching, data=b"y", headers={"Content-Type": TYPE}, timeout=PATIENCE_S)
    assert stored.status_code == 403
    assert place.get(f"{group}/a") == b"x"


def test_a_link_ends(place: Place, group: str) -> None:
    place.put(f"{group}/a", b"x")
    fetching = urljoin(place.url, place.media.download_link(f"{group}/a", expires_s=1))
    until(lambda: requests.get(fetching, timeout=PATIENCE_S).status_code == 403, "the link's end")
    link = place.media.upload_link(f"{group}/b", measure(io.BytesIO(b"y")), TYPE, 1)

    def refused() -> bool:
        sent = requests.put(
            urljoin(place.url, link.url), data=b"y", headers=dict(link.headers), timeout=PATIENCE_S
        )
        return sent.status_code == 403

    until(refused, "the link's end")


def test_an_altered_link_is_none(place: Place, group: str) -> None:
    for name in ("a", "b"):
        place.put(f"{group}/{name}", name.encode())
    link = urljoin(place.url, place.media.download_link(f"{group}/a"))
    altered = link.replace("/a?", "/b?") if "?" in link else link[:-2] + ("AA" if link[-2:] != "AA" else "BB")
    assert altered != link
    assert requests.get(altered, timeout=PATIENCE_S).status_code == 403


def test_a_link_to_nothing_finds_nothing(place: Place, group: str) -> None:
    assert place.fetch(f"{group}/none").status_code == 404


def test_making_it_right_twice_changes_nothing(place: Place) -> None:
    first = place.media.ensure(["https://studio.lab.example"])
    assert all(step.in_order for step in first), first
    again = place.media.ensure(["https://studio.lab.example"])
    assert {step.outcome for step in again} <= {Outcome.ALREADY, Outcome.NOT_OFFERED}, again
    assert [step.name for step in first] == [step.name for step in again]


class Changing(io.BytesIO):
    """A file that is written to while it is stored."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._ends = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self._ends += not data
        return data[:-1] + b"!" if self._ends and data else data


def test_what_changes_while_it_is_stored_is_not_stored_as_something_else(place: Place, group: str) -> None:
    try:
        place.media.put(f"{group}/a", Changing(LARGE))
    except ObjectDamaged:
        assert place.keys(group) == []
    else:
        # A store that reads once keeps what it read.
        assert place.get(f"{group}/a") == LARGE

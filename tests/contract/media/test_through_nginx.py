"""Links to a folder behind the nginx that ships: large bodies pass, and none of them acts as a page."""

import io
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests

from hristudio_core.media import FolderMedia, Tickets, measure
from tests.servers.dashboard import TestDashboard
from tests.servers.nginx import nginx

LARGE = bytes(70_000_000)
PATIENCE_S = 300


def test_a_large_recording_passes_both_ways(tmp_path: Path) -> None:
    media = FolderMedia(tmp_path / "media", Tickets(b"x"))
    dashboard = TestDashboard(tmp_path / "data", media=media)
    folder = tmp_path / "nginx"
    folder.mkdir()
    try:
        with nginx(folder, [urlsplit(dashboard.url).port or 0]) as front:
            link = media.upload_link("a.html", measure(io.BytesIO(LARGE)), "text/html")
            sent = requests.put(
                urljoin(front.url, link.url), data=LARGE, headers=dict(link.headers),
                verify=str(front.certificate), timeout=PATIENCE_S,
            )  # fmt: skip
            assert sent.status_code == 201, sent.text
            got = requests.get(
                urljoin(front.url, media.download_link("a.html")), headers={"Range": "bytes=-10"},
                verify=str(front.certificate), timeout=PATIENCE_S,
            )  # fmt: skip
    finally:
        dashboard.close()
    assert (got.status_code, got.content) == (206, bytes(10))
    # What somebody stored as a page is saved, not shown, and has no rights if it were.
    assert got.headers["Content-Disposition"] == 'attachment; filename="a.html"'
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert got.headers["X-Content-Type-Options"] == "nosniff"

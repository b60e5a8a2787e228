"""Counts of use of a web process of its own, as the settings have it."""

from pathlib import Path

import pytest
import requests

from hristudio_core.ops.settings import MEMORY
from tests.servers.posthog import KEY, posthog
from tests.servers.web_process import WebProcess


@pytest.mark.parametrize("on", [True, False], ids=["on", "off"])
def test_a_web_process_tells_what_it_counted_before_it_ends(tmp_path: Path, on: bool) -> None:
    key = tmp_path / "posthog.key"
    key.write_text(f"{KEY}\n")
    with posthog() as receiver:
        told = {"POSTHOG_KEY_FILE": str(key), "POSTHOG_HOST": receiver.url}
        if on:
            told["HRISTUDIO_ANALYTICS"] = "posthog"
        process = WebProcess(tmp_path, "", MEMORY, MEMORY, **told)
        for _ in range(3):
            assert requests.get(f"{process.url}/sign-in", timeout=10).status_code == 200
        assert process.end() == 0
        pages = receiver.told("page.viewed")
        assert pages == [{"page": "sign_in.how"}] * 3 * on
        assert bool(receiver.heard) is on

"""`hristudio doctor` on the place where recordings lie: one that is away, one open to others."""

import socket
from pathlib import Path

import pytest

from hristudio_core.ops.doctor import Verdict
from hristudio_core.ops.settings import CoreSettings, Settings, StorageSettings
from hristudio_core.support import storage as module
from hristudio_core.support.storage import check_storage
from tests.servers.ports import free_port


def test_a_folder_is_in_order_or_open_to_others(tmp_path: Path) -> None:
    settings = Settings(core=CoreSettings(data=tmp_path))
    found = check_storage(settings)
    assert (found.verdict, "will lie in" in found.found) == (Verdict.OK, True)
    settings.folder.prepare()
    found = check_storage(settings)
    assert (found.verdict, found.found) == (Verdict.OK, f"recordings in {settings.folder.media}")
    settings.folder.media.chmod(0o755)
    found = check_storage(settings)
    assert (found.verdict, "storage ensure" in found.remedy) == (Verdict.WARNING, True)


def test_a_store_that_is_away(tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    storage = StorageSettings(bucket="lab", endpoint=address, access_key_id="KEY", secret_access_key="s" * 20)
    found = check_storage(Settings(core=CoreSettings(data=tmp_path), storage=storage))
    assert found.verdict is Verdict.PROBLEM
    assert "does not answer" in found.found
    assert "storage status" in found.remedy


def test_nobody_waits_for_a_store_that_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        storage = StorageSettings(
            bucket="lab", endpoint=address, access_key_id="KEY", secret_access_key="s" * 20
        )
        found = check_storage(Settings(core=CoreSettings(data=tmp_path), storage=storage))
    assert (found.verdict, "said nothing for 0.2 s" in found.found) == (Verdict.PROBLEM, True)

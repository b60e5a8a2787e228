import stat
from pathlib import Path

from hristudio_core.ops.settings import Settings, WebSettings
from hristudio_web.security import read_or_make_key, signing_key, trusted_hosts


def test_a_key_is_made_once_and_for_nobody_else(tmp_path: Path) -> None:
    file = tmp_path / "secrets" / "web.key"
    key = read_or_make_key(file)
    assert len(key) >= 32
    assert read_or_make_key(file) == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_key_that_is_set_makes_no_file(tmp_path: Path) -> None:
    settings = Settings(web=WebSettings(secret_key="k" * 32)).in_folder(tmp_path)
    assert signing_key(settings) == b"k" * 32
    assert not settings.web_key.exists()


def test_other_host_names_are_not_served() -> None:
    settings = Settings(web=WebSettings(host="0.0.0.0", public_url="https://study.example:8443"))
    assert trusted_hosts(settings) == ["localhost", "127.0.0.1", "[::1]", "study.example"]

from pathlib import Path

from hristudio_core.ops import secrets
from hristudio_core.ops.folder import DataFolder


def test_secrets_are_made_once_and_for_their_owner_alone(tmp_path: Path):
    secrets.ensure(tmp_path)
    made = {name: (tmp_path / name).read_text() for name in secrets.NAMES}
    assert all(len(text) == 2 * secrets.BYTES for text in made.values())
    assert len(set(made.values())) == len(made)
    assert all((tmp_path / name).stat().st_mode & 0o777 == 0o600 for name in made)
    secrets.ensure(tmp_path)
    assert {name: (tmp_path / name).read_text() for name in secrets.NAMES} == made
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(secrets.NAMES)


def test_a_secret_that_others_may_read_is_closed(tmp_path: Path):
    secrets.ensure(tmp_path)
    key = tmp_path / secrets.BRIDGE_KEY
    before = key.read_text()
    key.chmod(0o644)
    secrets.ensure(tmp_path)
    assert key.stat().st_mode & 0o077 == 0
    assert key.read_text() == before


def test_the_data_folder_keeps_what_is_private_private(tmp_path: Path):
    folder = DataFolder(tmp_path / "new" / "data")
    folder.prepare()
    for private in (folder.secrets, folder.run, folder.log, folder.journals, folder.media):
        assert private.stat().st_mode & 0o077 == 0
    folder.prepare()


def test_each_robot_has_its_own_journal(tmp_path: Path):
    folder = DataFolder(tmp_path)
    assert folder.journal("/").name == "default.sqlite"
    assert folder.journal("/lab/nao").name == "lab_nao.sqlite"

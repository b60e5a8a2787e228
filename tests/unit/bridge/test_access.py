import threading
import time

import jwt
import pytest

from hristudio_bridge.access import Globs, Policy, Rights, TokenCheck, read_roles
from hristudio_bridge.access.keys import data_folder, read_key, read_or_make_key
from hristudio_bridge.access.origins import allowed
from hristudio_bridge.errors import Denied, InvalidOperation
from hristudio_bridge.names import resolve, split_id
from hristudio_bridge.node import ROLES
from hristudio_bridge.settings import Settings, globs


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("/a/*", "/a/b", True),
        ("/a/*", "/a/b/c", False),
        ("/a/**", "/a/b/c", True),
        ("**", "/x", True),
        ("b", "/ns/b", True),
        ("b/*", "/ns/b/c", True),
        ("b", "/b", False),
        ("/a.c", "/abc", False),
        ("/[a]", "/a", False),
        ("/a?", "/ab", True),
        ("/a?", "/a/", False),
        ("/a", "/a\n", False),
        ("*", "/ns/x", True),
        ("*", "/other/x", False),
    ],
)
def test_globs(pattern, name, fits):
    assert Globs((pattern,), "/ns").match(name) is fits


def test_deny_by_default_and_limits_for_all():
    policy = Policy({"all": Rights(operations=("*",), publish=("**",))}, "/", {"publish": ("/open/**",)})
    assert policy.may("all", "publish", "/open/x")
    assert not policy.may("all", "publish", "/closed")
    assert not policy.may("all", "subscribe", "/open/x")
    assert not policy.may("stranger", "publish", "/open/x")
    assert policy.may_do("all", "publish")
    assert not policy.may_do("stranger", "publish")


def test_the_roles_that_ship():
    policy = Policy(read_roles(ROLES), "/nao")
    assert policy.may("web", "publish", "/anything/at/all")
    assert policy.may("wizard", "call", "/nao/trial/decide")
    assert not policy.may("wizard", "call", "/pepper/trial/decide")
    assert not policy.may("observer", "call", "/nao/trial/control")
    assert not policy.may("observer", "call", "/nao/robot/stop")
    assert not policy.may("observer", "call", "/nao/robot/release_stop")
    for role in ("wizard", "observer", "researcher"):
        assert not policy.may_do(role, "publish")


@pytest.mark.parametrize(
    "text", ["roles: 5", "role: {}", "roles: {a: {publsh: []}}", "roles: {a: {publish: x}}", "{", "", "[]"]
)
def test_broken_access_files_are_named(tmp_path, text):
    path = tmp_path / "roles.yaml"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"roles\.yaml"):
        read_roles(path)


def test_tokens():
    check = TokenCheck(b"k" * 32)
    claims = {"sub": "u1", "role": "wizard", "exp": time.time() + 60}
    identity = check.identify(jwt.encode(claims, b"k" * 32))
    assert (identity.subject, identity.role) == ("u1", "wizard")
    for key, changed in (
        (b"x" * 32, {}),
        (b"k" * 32, {"exp": time.time() - 1}),
        (b"k" * 32, {"role": 5}),
        (b"k" * 32, {"role": ""}),
    ):
        with pytest.raises(Denied):
            check.identify(jwt.encode({**claims, **changed}, key))
    with pytest.raises(ValueError, match="32"):
        TokenCheck(b"short")


def test_keys(tmp_path):
    path = tmp_path / "secrets" / "bridge.key"
    found = []
    threads = [threading.Thread(target=lambda: found.append(read_or_make_key(path))) for _ in range(1)]
    for thread in threads:
        thread.start()
        thread.join()
    assert read_or_make_key(path) == found[0]
    assert len(found[0]) >= 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]
    path.chmod(0o644)
    with pytest.raises(ValueError, match="chmod"):
        read_key(path)


def test_data_folder(tmp_path):
    assert data_folder({"HRISTUDIO_DATA": str(tmp_path)}) == tmp_path
    assert data_folder({"XDG_DATA_HOME": "/x"}).as_posix() == "/x/hristudio"


@pytest.mark.parametrize(
    ("origin", "host", "fits"),
    [
        (None, "a:1", True),
        ("http://a:2", "a:1", True),
        ("http://b", "a:1", False),
        ("null", "a", False),
        ("http://ok", "a", True),
        ("http://[::1]:8000", "[::1]:9090", True),
        ("http://a.evil", "a", False),
        ("", "", False),
    ],
)
def test_origins(origin, host, fits):
    assert allowed(origin, host, ("http://ok",)) is fits
    assert allowed(origin, host, ("*",))


def test_names():
    assert resolve("a/b", "/") == "/a/b"
    assert resolve("a", "/ns") == "/ns/a"
    assert resolve("/a/_action/x", "/ns") == "/a/_action/x"
    for name in ("", "/", "a//b", "1a", "a/", "a b", "~x", "a__b", "é", "a\n", "x" * 256):
        with pytest.raises(InvalidOperation):
            resolve(name, "/")
    assert split_id("/a#7", None) == ("/a", "7")
    assert split_id("/a#7", 3) == ("/a", 3)
    assert split_id("/a", None) == ("/a", None)


def test_rosbridges_glob_lists():
    assert globs("") == ()
    assert globs("['/a/*', /b]") == ("/a/**", "/b")
    assert globs("[*]") == ("**",)


def test_settings_are_checked():
    Settings().check()
    for wrong in ({"auth": "x"}, {"port": -1}, {"ssl": True}, {"max_message_size": 0}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            Settings(**wrong).check()

import hmac
import re
import threading
import time
from base64 import urlsafe_b64encode
from pathlib import Path

import jwt
import pytest

from hristudio_bridge.access import Globs, Policy, Rights, TokenCheck, read_roles
from hristudio_bridge.access.keys import data_folder, read_key, read_or_make_key
from hristudio_bridge.access.origins import allowed
from hristudio_bridge.errors import Denied, InvalidOperation
from hristudio_bridge.names import resolve, split_id
from hristudio_bridge.node import ROLES
from hristudio_bridge.settings import Settings, globs, parameter_globs
from hristudio_web.robot import SERVICES
from tests.servers.names import ros_names

SIMULATED = Path(__file__).resolve().parents[3] / "config/robots/sim.yaml"


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
    assert policy.may("administrator", "publish", "/anything/at/all")
    assert policy.may("wizard", "call", "/nao/trial/decide")
    assert not policy.may("wizard", "call", "/pepper/trial/decide")
    assert not policy.may("observer", "call", "/nao/trial/control")
    assert not policy.may("observer", "call", "/nao/robot/stop")
    assert not policy.may("observer", "call", "/nao/robot/release_stop")
    for role in ("web", "wizard", "observer", "researcher"):
        assert not policy.may_do(role, "publish")


@pytest.mark.parametrize("namespace", ["", "/nao"])
def test_the_dashboard_may_do_what_its_pages_need_and_no_more(namespace):
    policy = Policy(read_roles(ROLES), "/")
    for service in SERVICES:
        assert policy.may("web", "call", f"{namespace}/{service}")
    assert policy.may("web", "goals", f"{namespace}/run_trial")
    for name in ("skill_server/set_parameters", "skills/hold", "skills/resume", "logger/status"):
        assert not policy.may("web", "call", f"{namespace}/{name}")
    assert not policy.may("web", "goals", f"{namespace}/skills/execute")


def test_a_program_on_the_robot_plays_a_robot_and_not_the_software_that_runs_it():
    policy = Policy(read_roles(ROLES), "/nao")
    kinds = {"topic": ("publish", "subscribe"), "service": ("serve",), "action": ("serve_actions",)}
    played = re.findall(r"\b(topic|service|action): ([a-z_/]+)", SIMULATED.read_text(encoding="utf-8"))
    assert played
    for kind, name in played:
        assert any(policy.may("robot", right, f"/nao/{name}") for right in kinds[kind]), name
    for kind, name in ros_names():
        for right in ("publish", "serve", "serve_actions"):
            assert not policy.may("robot", right, f"/nao/{name}"), (kind, name)


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


def _signed(header, claims, key=b"k" * 32):
    parts = [urlsafe_b64encode(part.encode()).rstrip(b"=") for part in (header, claims)]
    signature = urlsafe_b64encode(hmac.digest(key, b".".join(parts), "sha256")).rstrip(b"=")
    return b".".join([*parts, signature]).decode()


HEADER = '{"alg":"HS256","typ":"JWT"}'
CLAIMS = '{"sub":"u1","role":"wizard","exp":99999999999}'


@pytest.mark.parametrize(
    ("header", "claims", "says"),
    [
        ('{"alg":"none"}', CLAIMS, "HS256"),
        ('{"alg":"HS512"}', CLAIMS, "HS256"),
        ('{"alg":"hs256"}', CLAIMS, "HS256"),
        ('{"alg":"HS256","crit":["b64"],"b64":false}', CLAIMS, "HS256"),
        ("[]", CLAIMS, "JSON object"),
        ("{", CLAIMS, "JSON object"),
        (HEADER, "[]", "JSON object"),
        (HEADER, "[" * 5000, "JSON object"),
        (HEADER, '{"sub":"u1","role":"wizard"}', "exp"),
        (HEADER, '{"sub":"u1","role":"wizard","exp":"99999999999"}', "exp"),
        (HEADER, '{"sub":"u1","role":"wizard","exp":true}', "exp"),
        (HEADER, '{"sub":"u1","role":"wizard","exp":1' + "0" * 400 + "}", "token"),
        (HEADER, '{"sub":"u1","role":"wizard","exp":1}', "expired"),
        (HEADER, '{"sub":5,"role":"wizard","exp":99999999999}', "sub"),
        (HEADER, '{"role":"wizard","exp":99999999999}', "sub"),
        (HEADER, '{"sub":"u1","exp":99999999999}', "role"),
        (HEADER, '{"sub":"u1","role":"wizard","exp":99999999999,"nbf":99999999998}', "not valid yet"),
    ],
)
def test_a_token_of_the_right_key_must_make_sense(header, claims, says):
    with pytest.raises(Denied, match=says):
        TokenCheck(b"k" * 32).identify(_signed(header, claims))


def test_only_the_bytes_that_were_signed_count():
    check = TokenCheck(b"k" * 32)
    good = _signed(HEADER, CLAIMS)
    assert check.identify(good).expires == 99999999999
    head, body, signature = good.split(".")
    other = _signed(HEADER, CLAIMS.replace("wizard", "administrator")).split(".")[1]
    for forged in (
        _signed(HEADER, CLAIMS, b"x" * 32),
        f"{head}.{other}.{signature}",
        f"{head}.{body}.",
        f"{head}.{body}",
        f"{head}.{body}.{signature}.{signature}",
        f"{head}.{body}.{signature[:-4]}",
        f"{head}.{body}.{signature}=",
        f"{head}.{body}.{signature}\n",
        f" {good}",
        f"{head}.{body}.\u00e9",
        "",
        "." * 10_000,
        good * 1000,
    ):
        with pytest.raises(Denied):
            check.identify(forged)


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
        ("http://evil.example", "evil.example:9090", False),
        ("http://192.168.1.5:8000", "192.168.1.5:9090", True),
        ("", "", False),
    ],
)
def test_origins(origin, host, fits):
    assert allowed(origin, host, ("http://ok",), frozenset({"a"})) is fits
    assert allowed(origin, host, ("*",), frozenset())


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


@pytest.mark.parametrize(
    ("text", "name", "fits"),
    [
        ("[speed*]", "/nao/base:speed_limit", True),
        ("['speed*', volume]", "/base:volume", True),
        ("[speed*]", "/base:top_speed", False),
        ("[/base:*]", "/base:anything", True),
        ("[/base:*]", "/other:anything", False),
        ("[*]", "/any/node:thing", True),
    ],
)
def test_globs_of_parameters_as_rosbridge_has_them(text, name, fits):
    assert Globs(parameter_globs(text)).match(name) is fits

import dataclasses
from pathlib import Path

import pytest

from hristudio_core.ops.env_file import load_env_file, read_env_file
from hristudio_core.ops.errors import SettingsInvalidError
from hristudio_core.ops.settings import (
    MASK,
    RobotSettings,
    as_env_file,
    find_problems,
    groups,
    read_settings,
    unknown_names,
    variables,
)
from hristudio_core.ops.share import CHECKOUT


def test_a_checkout_keeps_its_data_to_itself():
    assert read_settings({"HOME": "/home/ada"}).data == CHECKOUT / ".hristudio"


def test_installed_the_defaults_follow_the_xdg_specification(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("hristudio_core.ops.settings._reading.is_checkout", lambda: False)
    assert read_settings({"HOME": "/home/ada"}).data == Path("/home/ada/.local/share/hristudio")
    assert read_settings({"HOME": "/home/ada", "XDG_DATA_HOME": "/data"}).data == Path("/data/hristudio")
    # The specification has relative paths ignored.
    assert read_settings({"HOME": "/home/ada", "XDG_DATA_HOME": "data"}).data.is_relative_to("/home/ada")


def test_values_are_read_by_their_type():
    settings = read_settings(
        {
            "HRISTUDIO_DATA": "/srv/study",
            "HRISTUDIO_WEB_PORT": "0",
            "ROS_DOMAIN_ID": "7",
            "HRISTUDIO_DB_POOLER": "on",
            "DATABASE_URL_UNPOOLED": "postgresql://db/x",
            "HRISTUDIO_PROTOCOLS": "/a:/b",
        }
    )
    assert (settings.data, settings.web.port, settings.core.domain) == (Path("/srv/study"), 0, 7)
    assert settings.database.pooler
    assert settings.web.protocols == (Path("/a"), Path("/b"))


def test_robots_are_named_by_their_namespaces():
    robots = read_settings({"HRISTUDIO_ROBOTS": "/lab/pepper=Pepper, nao"}).web.robots
    assert [(robot.id, robot.title) for robot in robots] == [("lab-pepper", "Pepper"), ("nao", "nao")]
    assert robots[0].name("trial/state") == "/lab/pepper/trial/state"
    assert read_settings({"HRISTUDIO_ROBOTS": ""}).web.robots == (RobotSettings("", "Robot"),)


def test_an_empty_variable_counts_as_unset():
    assert read_settings({"HRISTUDIO_WEB_PORT": "", "DATABASE_URL": ""}) == read_settings({})


STORE = {"S3_BUCKET_NAME": "b", "S3_ACCESS_KEY_ID": "x", "S3_SECRET_ACCESS_KEY": "y"}
COUNTED = {"HRISTUDIO_ANALYTICS": "posthog", "POSTHOG_KEY": "phc_project"}
WRONG = {
    "HRISTUDIO_DATA": "study",
    "HRISTUDIO_ENV": "live",
    "HRISTUDIO_WEB_PORT": "http",
    "HRISTUDIO_WEB_THREADS": "1",
    "HRISTUDIO_WEB_DRAIN": "nan",
    "HRISTUDIO_BRIDGE_PORT": "70000",
    "HRISTUDIO_LOG_LEVEL": "loud",
    "HRISTUDIO_LOG_FORMAT": "xml",
    "HRISTUDIO_DB_POOLER": "maybe",
    "HRISTUDIO_SECRET_KEY": "short",
    "ROS_DOMAIN_ID": "-1",
    "DATABASE_URL": "mysql://root:hunter2@db/x",
    "REDIS_URL": "http://cache",
    "SMTP_FROM": "nobody",
    "S3_ENDPOINT": "store",
    "SENTRY_DSN": "https://key@host:port/1",
}


def test_all_problems_are_told_at_once():
    with pytest.raises(SettingsInvalidError) as caught:
        read_settings(WRONG)
    assert {problem.variable for problem in caught.value.problems} == set(WRONG)
    assert all(problem.found and problem.remedy for problem in caught.value.problems)
    for name in WRONG:
        assert name in str(caught.value)


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"SMTP_HOST": "mail"}, "SMTP_FROM"),
        ({"GITHUB_ID": "x"}, "GITHUB_SECRET"),
        ({"OIDC_ISSUER": "https://sso", "OIDC_CLIENT_ID": "x"}, "OIDC_CLIENT_SECRET"),
        ({"S3_BUCKET_NAME": "b", "S3_ACCESS_KEY_ID": "x"}, "S3_SECRET_ACCESS_KEY"),
        ({**STORE, "S3_ENDPOINT": "https://s3.us-west-004.backblazeb2.com"}, "S3_REGION"),
        ({**STORE, "S3_ENDPOINT": "https://s3.eu-central-1.amazonaws.com"}, "S3_REGION"),
        ({**STORE, "S3_ENDPOINT": "https://x.r2.cloudflarestorage.com", "S3_REGION": "eu"}, "S3_REGION"),
        ({"HRISTUDIO_DB_POOL_MIN": "9", "HRISTUDIO_DB_POOL_MAX": "3"}, "HRISTUDIO_DB_POOL_MIN"),
        ({"HRISTUDIO_DB_POOLER": "true", "DATABASE_URL": "postgresql://db"}, "DATABASE_URL_UNPOOLED"),
        ({"HRISTUDIO_WEB_WORKERS": "3"}, "REDIS_URL"),
        ({"HRISTUDIO_PUBLIC_URL": "https://study.example"}, "HRISTUDIO_TRUSTED_PROXIES"),
        ({"HRISTUDIO_ENV": "production"}, "HRISTUDIO_PUBLIC_URL"),
        ({"HRISTUDIO_ANALYTICS": "posthog"}, "POSTHOG_KEY"),
        ({"HRISTUDIO_ANALYTICS": "posthog", "POSTHOG_KEY": "phx_mine"}, "POSTHOG_KEY"),
        ({**COUNTED, "POSTHOG_HOST": "eu.i.posthog.com"}, "POSTHOG_HOST"),
        ({**COUNTED, "POSTHOG_HOST": "https:///batch"}, "POSTHOG_HOST"),
        ({**COUNTED, "POSTHOG_HOST": "https://ada:word@posthog.example"}, "POSTHOG_HOST"),
        ({**COUNTED, "POSTHOG_HOST": "https://:word@posthog.example"}, "POSTHOG_HOST"),
        ({**COUNTED, "POSTHOG_HOST": "https://posthog.example/?key=1"}, "POSTHOG_HOST"),
        ({"HRISTUDIO_ANALYTICS": "database"}, "HRISTUDIO_ANALYTICS"),
    ],
)
def test_what_does_not_fit_together_is_found(environment: dict[str, str], named: str):
    assert [problem.variable for problem in find_problems(environment)] == [named]


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"S3_REGION": "eu-central-1"},
        {"S3_ENDPOINT": "https://s3.amazonaws.com"},
        {"S3_ENDPOINT": "https://x.r2.cloudflarestorage.com", "S3_REGION": "auto"},
        {"S3_ENDPOINT": "https://s3.us-west-004.backblazeb2.com", "S3_REGION": "us-west-004"},
        {"S3_ENDPOINT": "http://localhost:9000", "S3_PUBLIC_ENDPOINT": "https://media.lab.example"},
    ],
    ids=["aws", "aws elsewhere", "aws by address", "cloudflare", "backblaze", "minio"],
)
def test_stores_of_all_providers_can_be_set(environment: dict[str, str]):
    assert find_problems({**STORE, **environment}) == ()


def test_a_secret_is_never_told():
    with pytest.raises(SettingsInvalidError) as caught:
        read_settings({"DATABASE_URL": "mysql://root:hunter2@db/x", "HRISTUDIO_SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(caught.value)
    masked = read_settings(
        {
            "DATABASE_URL": "postgresql://ada:hunter2@db:5433/x?sslmode=require&password=hunter2",
            "DATABASE_URL_UNPOOLED": "postgresql://db/x?password=hunter2",
            "REDIS_URL": "rediss://:hunter2@cache:6379/0",
            "SENTRY_DSN": "https://hunter2@sentry.example/1",
            "HRISTUDIO_METRICS_TOKEN": "hunter2",
        }
    ).masked()
    assert "hunter2" not in str(masked)
    assert masked["DATABASE_URL"] == f"postgresql://ada:{MASK}@db:5433/x?sslmode=require&password={MASK}"
    assert masked["REDIS_URL"] == f"rediss://:{MASK}@cache:6379/0"


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path):
    file = tmp_path / "url"
    file.write_text("postgresql://db/x\n")
    assert read_settings({"DATABASE_URL_FILE": str(file)}).database.url == "postgresql://db/x"
    absent = str(tmp_path / "absent")
    both = {"DATABASE_URL_FILE": str(file), "DATABASE_URL": "postgresql://db/y", "SENTRY_DSN_FILE": absent}
    told = "\n".join(map(str, find_problems(both)))
    assert "DATABASE_URL_FILE is set, too" in told
    assert absent in told


def test_names_that_nobody_reads_are_told_with_the_nearest_known():
    found = list(unknown_names({"HRISTUDIO_WEB_PROT": "8000", "HRISTUDIO_XQZ": "1", "PATH": "/bin"}))
    assert [problem.variable for problem in found] == ["HRISTUDIO_WEB_PROT", "HRISTUDIO_XQZ"]
    assert "HRISTUDIO_WEB_PORT" in str(found[0])
    # A process starts with them: a stray name must not keep a robot host down.
    read_settings({"HRISTUDIO_WEB_PROT": "8000"})


def test_tls_to_the_database_can_be_insisted_on():
    environment = {
        "DATABASE_URL": "postgresql://db/x?sslmode=prefer&a=b",
        "HRISTUDIO_DB_SSLMODE": "verify-full",
    }
    assert read_settings(environment).database.url == "postgresql://db/x?sslmode=verify-full&a=b"


@pytest.mark.parametrize("number", ["٣", "1e3", " 8000", "0x10"])
def test_a_port_is_written_in_plain_digits(number: str):
    with pytest.raises(SettingsInvalidError):
        read_settings({"HRISTUDIO_WEB_PORT": number})


def test_every_variable_is_declared_once_and_says_what_it_means():
    declared = list(variables().values())
    assert all(variable.meaning and variable.name.isupper() for variable in declared)
    assert len({variable.name for variable in declared}) == len(declared)
    # Each field of a group is a variable, so that the page of settings lists all there is.
    assert len(declared) == sum(len(dataclasses.fields(kind)) for kind in groups().values())


def test_a_file_of_variables_is_read_as_shells_do(tmp_path: Path):
    file = tmp_path / ".env"
    file.write_text(
        "# a comment\n\nexport A=1\nB = two words # not this\nC='as # it $is'\n"
        'D="a\\nb \\"c\\"" # not this\nE=\n'
    )
    assert read_env_file(file) == {"A": "1", "B": "two words", "C": "as # it $is", "D": 'a\nb "c"', "E": ""}


def test_the_environment_wins_over_the_file(tmp_path: Path):
    file = tmp_path / "lab.env"
    file.write_text("A=file\nB=file\nC=file\n")
    environment = {"A": "environment", "B": "", "HRISTUDIO_ENV_FILE": str(file)}
    assert load_env_file(environment) == file
    assert (environment["A"], environment["B"], environment["C"]) == ("environment", "", "file")


def test_a_file_that_cannot_be_used_is_told_without_what_it_holds(tmp_path: Path):
    file = tmp_path / "lab.env"
    file.write_text("A='never closed hunter2\nhunter2\nB=1\n")
    with pytest.raises(SettingsInvalidError) as caught:
        load_env_file({}, file)
    assert [problem.variable.rpartition(" ")[2] for problem in caught.value.problems] == ["1", "2"]
    assert "hunter2" not in str(caught.value)
    with pytest.raises(SettingsInvalidError, match="No such file"):
        load_env_file({"HRISTUDIO_ENV_FILE": str(tmp_path / "absent")})


def test_without_a_file_nothing_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    environment: dict[str, str] = {}
    assert load_env_file(environment) is None
    (tmp_path / ".env").write_text("A=1\n")
    load_env_file(environment)
    assert environment == {"A": "1"}


@pytest.mark.parametrize(
    "value",
    ["plain", "with space", 'quote"d', "back\\slash", "do$lar", "two\nlines", "#hash", "'single'", " x "],
)
def test_a_written_file_is_read_as_it_was(tmp_path: Path, value: str):
    file = tmp_path / "written.env"
    file.write_text(as_env_file({"S3_BUCKET_NAME": value}, secrets=True))
    assert read_env_file(file) == {"S3_BUCKET_NAME": value}


def test_a_file_without_secrets_tells_that_they_are_set(tmp_path: Path):
    password = tmp_path / "password"
    password.write_text("hunter2")
    given = {
        "SMTP_HOST": "mail",
        "SMTP_PASS_FILE": str(password),
        "DATABASE_URL": "postgresql://ada:hunter2@db/x",
        "SENTRY_DSN_FILE": "/nowhere",
        "HOME": "/root",
    }
    told = as_env_file(given, secrets=False)
    assert "hunter2" not in told
    assert told.splitlines() == [
        f"# DATABASE_URL=postgresql://ada:{MASK}@db/x",
        "SMTP_HOST=mail",
        f"# SMTP_PASS={MASK}",
        "# SENTRY_DSN: SENTRY_DSN_FILE names /nowhere: No such file or directory",
    ]
    assert "SMTP_PASS=hunter2" in as_env_file(given, secrets=True)

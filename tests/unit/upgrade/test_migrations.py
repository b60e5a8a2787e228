"""Which migrations the release before can go on with, and what lies between two versions."""

import pytest

from hristudio_core.store.migrate import MIGRATIONS
from hristudio_core.upgrade import Kind, breaking, kind_of, read_migration


def up(sql: str) -> str:
    return f"-- migrate:up\n{sql}\n\n-- migrate:down\nDROP TABLE everything;\n"


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE a (id uuid PRIMARY KEY); CREATE UNIQUE INDEX a_id ON a (id);",
        "CREATE TABLE a (id uuid); ALTER TABLE a ALTER COLUMN id SET NOT NULL;",
        "ALTER TABLE trial ADD COLUMN mood text;",
        "ALTER TABLE trial ADD COLUMN mood text NOT NULL DEFAULT 'well';",
        "SET LOCAL lock_timeout = '5s'; CREATE INDEX a ON trial (id);",
        "COMMENT ON TABLE trial IS 'DROP TABLE; is only said'; -- DROP TABLE trial;",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM trial; END $$;",
        "ALTER TABLE account VALIDATE CONSTRAINT account_role_check;",
        "ALTER TABLE trial ALTER COLUMN mode DROP NOT NULL;",
    ],
)
def test_what_only_adds(sql: str) -> None:
    assert breaking(up(sql)) == []


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE trial;",
        "ALTER TABLE trial DROP COLUMN mode;",
        "ALTER TABLE trial RENAME COLUMN mode TO kind;",
        "ALTER TABLE trial ALTER COLUMN mode TYPE integer USING 1;",
        "ALTER TABLE trial ALTER COLUMN mode SET NOT NULL;",
        "ALTER TABLE trial ADD COLUMN mood text NOT NULL;",
        "ALTER TABLE trial ADD COLUMN mood text, DROP COLUMN mode;",
        "ALTER TABLE trial ADD CONSTRAINT c CHECK (mode <> '') NOT VALID;",
        "CREATE UNIQUE INDEX a ON trial (mode);",
        "CREATE TRIGGER t BEFORE DELETE ON trial FOR EACH ROW EXECUTE FUNCTION refuse_change();",
        "UPDATE trial SET mode = '';",
        "DELETE FROM trial;",
        "DO $$ BEGIN NULL; END $$;",
        "SELECT do_something();",
    ],
)
def test_what_does_more(sql: str) -> None:
    assert len(breaking(up(sql))) == 1


def test_our_own_are_told_apart() -> None:
    known = {file.stem.partition("_")[2]: read_migration(file) for file in MIGRATIONS.glob("*.sql")}
    assert known["maintenance_notice"].expands
    assert known["plans"].expands
    assert any("DROP CONSTRAINT" in statement for statement in known["study_roles"].breaks)


@pytest.mark.parametrize(
    ("former", "target", "kind"),
    [
        ("1.4.2", "1.4.3", Kind.MINOR),
        ("1.4.2", "1.5.0", Kind.MINOR),
        ("1.4.2", "1.4.2", Kind.MINOR),
        ("1.4.2", "2.0.0", Kind.MAJOR),
        ("0.1.0", "0.1.1", Kind.MINOR),
        ("0.1.0", "0.2.0", Kind.MAJOR),
        ("0.9", "1.0", Kind.MAJOR),
        ("1.10.0", "1.9.9", Kind.BACK),
    ],
)
def test_versions(former: str, target: str, kind: Kind) -> None:
    assert kind_of(former, target) is kind


def test_what_is_no_version() -> None:
    with pytest.raises(ValueError, match="no version"):
        kind_of("unknown", "1.0")

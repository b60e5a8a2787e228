from pathlib import Path

from flask import Flask, url_for

from hristudio_web.assets import add_assets, version_of


def app_with(folder: Path) -> Flask:
    app = Flask(__name__, static_folder=None)
    add_assets(app, folder)
    return app


def test_an_address_holds_the_version_and_is_kept(tmp_path: Path):
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "a.js").write_text("one")
    app = app_with(tmp_path)
    with app.test_request_context():
        address = url_for("static", filename="js/a.js")
    assert address == f"/static/v-{version_of(tmp_path)}/js/a.js"
    with app.test_client().get(address) as kept:
        assert (kept.status_code, kept.text) == (200, "one")
        assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_the_version_changes_with_any_file(tmp_path: Path):
    file = tmp_path / "a.css"
    file.write_text("one")
    before = version_of(tmp_path)
    file.write_text("two")
    assert version_of(tmp_path) != before


def test_another_release_is_served_what_there_is_but_nobody_keeps_it(tmp_path: Path):
    (tmp_path / "a.js").write_text("one")
    client = app_with(tmp_path).test_client()
    with client.get("/static/v-0123456789ab/a.js") as other:
        assert other.status_code == 200
        assert "immutable" not in other.headers["Cache-Control"]
    assert client.get("/static/v-0123456789ab/../secrets").status_code == 404

"""The app file: made once, random, for this user only."""

import json
import stat

import pytest

from app.practice import settings


def test_a_made_app_can_be_loaded_again(tmp_path):
    made = settings.create(tmp_path, "http://127.0.0.1:8001", "http://127.0.0.1:8000")

    assert settings.load(tmp_path) == made
    assert made.desk_url == "http://127.0.0.1:8000"
    assert made.app_id.isdigit()


def test_the_file_is_for_this_user_only_and_every_secret_is_fresh(tmp_path):
    first = settings.create(tmp_path, "http://127.0.0.1:8001", None)
    second = settings.create(tmp_path, "http://127.0.0.1:8001", None)

    mode = stat.S_IMODE((tmp_path / "practice" / "app.json").stat().st_mode)
    assert mode == 0o600
    assert first.app_secret != second.app_secret
    assert first.verify_token != second.verify_token


def test_the_secrets_are_not_shown_in_passing(tmp_path):
    made = settings.create(tmp_path, "http://127.0.0.1:8001", None)

    assert made.app_secret not in repr(made)
    assert made.verify_token not in repr(made)


def test_an_interrupted_making_does_not_stop_the_next(tmp_path):
    (tmp_path / "practice").mkdir()
    (tmp_path / "practice" / "app.new").write_text("half")

    settings.create(tmp_path, "http://127.0.0.1:8001", None)

    assert settings.load(tmp_path).graph_url == "http://127.0.0.1:8001"


def test_no_file_and_a_foreign_file_are_told_apart(tmp_path):
    with pytest.raises(FileNotFoundError):
        settings.load(tmp_path)

    (tmp_path / "practice").mkdir()
    for text in ("no JSON", json.dumps({"app_id": "1"}), json.dumps([])):
        (tmp_path / "practice" / "app.json").write_text(text)
        with pytest.raises(ValueError, match="not a practice app file"):
            settings.load(tmp_path)

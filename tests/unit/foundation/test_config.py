"""Every setting: what it takes, what it refuses, and that it is described."""

import ast
import re
from pathlib import Path

import pytest

from app.foundation import config
from app.foundation.config import ConfigError, Settings, load_settings

ROOT = Path(__file__).parents[3]

WEB = ["https://desk.example.com", "http://127.0.0.1:8000", "https://desk.example.com/"]
NO_WEB = ["desk.example.com", "ftp://desk.example.com", "https://", "http://[", "http://a:99999",
          "https://desk.example.com?a=b", "https://example.com#x", "mailto:a@b.fi"]  # fmt: skip
ANY_TEXT: tuple[list[str], list[str]] = (["something", "with spaces and ä"], [])

# Name → what is taken, and what refuses to start.
CASES: dict[str, tuple[list[str], list[str]]] = {
    "DATA_DIR": (["/var/lib/vuoro", "data"], []),
    "DATABASE_URL": (
        ["postgresql+psycopg://vuoro@/vuoro", "postgresql+psycopg://u:p%40ss@db.example.com/vuoro",
         "sqlite:////var/lib/vuoro/desk.sqlite3", "sqlite:///here.sqlite3"],
        ["nonsense", "sqlite://", "postgresql+psycopg://db.example.com", "mysql://root@here/vuoro",
         "postgres://u@h/vuoro", "postgresql+psycopg:", "/var/lib/desk.sqlite3"],
    ),
    "REDIS_URL": (
        ["redis://127.0.0.1:6379/0", "rediss://:secret@redis.example.com"],
        ["127.0.0.1:6379", "http://redis.example.com", "redis://", "redis://here:port"],
    ),
    "BASE_URL": (WEB, [*NO_WEB, "https://example.com/desk"]),
    "BIND": (
        ["127.0.0.1:8000", "[::1]:8000", "0.0.0.0:80"],
        ["127.0.0.1", ":8000", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:x", "localhost:٨٠",
         "127.0.0.1:" + "9" * 5000],
    ),
    "TRUSTED_PROXIES": (
        ["127.0.0.1", "10.0.0.0/8, ::1", "10.0.0.0/8,"],
        ["everybody", "10.0.0.1/8", "10.0.0.0/99", "*"],
    ),
    "LOG_LEVEL": (["DEBUG", "INFO", "WARNING", "ERROR"], ["debug", "LOUD", "0"]),
    "ROOT_KEY_FILE": (["/etc/vuoro/root.key"], []),
    "ROOT_KEY_COMMAND": (["pass show vuoro", "cat '/a b/key'"], ["cat 'unfinished"]),
    "ROOT_KEY": ANY_TEXT,
    "SECRET_KEY_FILE": (["/etc/vuoro/secret.key"], []),
    "META_APP_ID": ANY_TEXT,
    "META_APP_SECRET": ANY_TEXT,
    "META_VERIFY_TOKEN": ANY_TEXT,
    "META_GRAPH_URL": ([*WEB, "http://127.0.0.1:8001/graph"], NO_WEB),
    "META_GRAPH_VERSION": (["v26.0", "v9.10"], ["26.0", "v26", "vx.y", "v26.", "latest"]),
    "META_LOGIN_URL": (WEB, NO_WEB),
    "X_CLIENT_ID": ANY_TEXT,
    "X_CLIENT_SECRET": ANY_TEXT,
    "X_CONSUMER_SECRET": ANY_TEXT,
    "X_API_URL": (WEB, NO_WEB),
    "X_DIALECT": (["tweet", "post"], ["both", "Tweet"]),
    "X_LOGIN_URL": (WEB, NO_WEB),
    "OIDC_ISSUER": ([*WEB, "https://example.com/realms/firm"], NO_WEB),
    "OIDC_CLIENT_ID": ANY_TEXT,
    "OIDC_CLIENT_SECRET": ANY_TEXT,
    "SMTP_URL": (
        ["smtps://desk:secret@mail.example.com:465", "smtp://mail.example.com"],
        ["mail.example.com", "http://mail.example.com", "smtp://", "smtp://mail:port"],
    ),
    "PRACTICE_BIND": (
        ["127.0.0.1:8001", "[::1]:8001", "localhost:9000"],
        ["127.0.0.1", "0.0.0.0:8001", "desk.example.com:80", "127.0.0.1:x"],
    ),
    "PUSH_STAND_IN": ([*WEB, "http://127.0.0.1:8001"], NO_WEB),
}  # fmt: skip
GOOD = [(name, value) for name, (good, _) in CASES.items() for value in good]
BAD = [(name, value) for name, (_, bad) in CASES.items() for value in bad]


def test_every_setting_has_its_cases() -> None:
    assert set(CASES) == set(Settings.model_fields)


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_a_good_value_is_taken(name: str, value: str) -> None:
    found = getattr(load_settings({f"VUORO_{name}": value}), name)

    assert str(found).rstrip("/") == value.rstrip("/")


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_value_refuses_to_start_naming_the_setting(name: str, value: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load_settings({f"VUORO_{name}": value})

    assert re.fullmatch(rf"VUORO_{name}: .+", str(refused.value))


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL", "SMTP_URL", "META_GRAPH_URL"])
def test_a_refusal_does_not_say_the_password(name: str) -> None:
    for address in ("http://u:pw-canary@h:pw-canary/x", "pw-canary", "x://u:pw@canary@h:canary/?"):
        with pytest.raises(ConfigError) as refused:
            load_settings({f"VUORO_{name}": address})

        assert "canary" not in str(refused.value)


@pytest.mark.parametrize("name", ["VUORO_DATADIR", "VUORO_", "VUORO_data_dir", "VUORO_SECRET_KEY"])
def test_an_unknown_name_refuses_to_start_naming_it(name: str) -> None:
    with pytest.raises(ConfigError, match=f"^{name} is not a setting of Vuoro$"):
        load_settings({name: "x", "VUORO_DATA_DIR": "data"})


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ConfigError) as refused:
        load_settings({"VUORO_BIND": "x", "VUORO_NOISE": "1", "VUORO_LOG_LEVEL": "LOUD"})

    for name in ("VUORO_BIND", "VUORO_NOISE", "VUORO_LOG_LEVEL"):
        assert name in str(refused.value)


def test_other_programs_settings_and_empty_ones_are_left_alone() -> None:
    found = load_settings({"PATH": "/bin", "VUORO_BIND": "", "vuoro_x": "1"})

    assert found == Settings()


def test_spaces_around_a_value_are_nothing() -> None:
    assert load_settings({"VUORO_BIND": " 127.0.0.1:9000 "}).BIND == "127.0.0.1:9000"


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().BIND = "0.0.0.0:80"


def test_what_is_not_set_lies_in_the_data_folder() -> None:
    found = load_settings({"VUORO_DATA_DIR": "/srv/desk"})

    assert found.database_url == "sqlite:////srv/desk/vuoro.sqlite3"
    assert found.root_key_file == Path("/srv/desk/root.key")
    assert found.secret_key_file == Path("/srv/desk/secret.key")
    assert found.base_url == "http://127.0.0.1:8000"


def test_what_is_set_counts() -> None:
    found = load_settings(
        {
            "VUORO_DATABASE_URL": "sqlite:////srv/other.sqlite3",
            "VUORO_ROOT_KEY_FILE": "/etc/root.key",
            "VUORO_SECRET_KEY_FILE": "/etc/secret.key",
            "VUORO_BASE_URL": "https://desk.example.com/",
        }
    )

    assert found.database_url == "sqlite:////srv/other.sqlite3"
    assert (found.root_key_file, found.secret_key_file) == (
        Path("/etc/root.key"), Path("/etc/secret.key"),
    )  # fmt: skip
    assert found.base_url == "https://desk.example.com"


def test_no_secret_shows_where_the_settings_are_printed() -> None:
    given = {
        "META_APP_SECRET": "hush",
        "META_VERIFY_TOKEN": "hush",
        "X_CLIENT_SECRET": "hush",
        "X_CONSUMER_SECRET": "hush",
        "OIDC_CLIENT_SECRET": "hush",
        "ROOT_KEY": "hush",
        "SMTP_URL": "smtp://user:hush@host",
        "REDIS_URL": "redis://:hush@host",
        "DATABASE_URL": "postgresql+psycopg://user:hush@host/name",
    }

    assert "hush" not in repr(Settings.model_validate(given))


def described_in_code() -> set[str]:
    """The fields that a text stands under."""
    tree = ast.parse(Path(config.__file__).read_text())
    (found,) = [n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "Settings"]
    return {
        ast.unparse(field.target)
        for field, after in zip(found.body, found.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign)
        and isinstance(after, ast.Expr)
        and isinstance(after.value, ast.Constant)
    }


def test_every_setting_is_described_in_the_code_and_in_docs() -> None:
    in_docs = set(re.findall(r"`VUORO_([A-Z_]+)`", (ROOT / "docs/settings.md").read_text()))

    assert described_in_code() == set(Settings.model_fields)
    assert in_docs == set(Settings.model_fields)


def test_docs_name_no_setting_that_there_is_not() -> None:
    files = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    named = {n for f in files for n in re.findall(r"VUORO_([A-Z_]*[A-Z])", f.read_text())}

    assert named <= set(Settings.model_fields)

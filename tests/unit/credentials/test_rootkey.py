"""The root key at the start: one place, readable by nobody else, and the right one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app import runtime
from app.credentials import rootkey
from tests import stand as stands
from tests.commands import vuoro
from vault.errors import (
    RootKeyError,
    RootKeyMalformed,
    RootKeyMissing,
    RootKeyNotWritten,
    RootKeyUnsafe,
    RootKeyWrong,
)

WAYS_BACK = "the copy that you keep"


@pytest.fixture
def folder(sqlite_template: Path, tmp_path: Path) -> Path:
    """A desk that is not running."""
    made = tmp_path / "data"
    stands.copy_desk(sqlite_template, made)
    return made


def missing(key: Path) -> None:
    key.unlink()


def of_another_desk(key: Path) -> None:
    key.unlink()
    rootkey.make(key)


def readable_by_the_group(key: Path) -> None:
    key.chmod(0o440)


def readable_by_all(key: Path) -> None:
    key.chmod(0o404)


def cut(key: Path) -> None:
    key.chmod(0o600)
    key.write_text(key.read_text()[:40])


def with_a_changed_digit(key: Path) -> None:
    key.chmod(0o600)
    text = key.read_text().strip()
    key.write_text(text[:-1] + ("0" if text[-1] != "0" else "1"))


def empty(key: Path) -> None:
    key.chmod(0o600)
    key.write_text("")


def a_link(key: Path) -> None:
    key.rename(key.with_name("elsewhere.key"))
    key.symlink_to(key.with_name("elsewhere.key"))


def a_folder(key: Path) -> None:
    key.unlink()
    key.mkdir()


CASES: list[tuple[Callable[[Path], None], type[RootKeyError], str]] = [
    (missing, RootKeyMissing, "There is no key file"),
    (of_another_desk, RootKeyWrong, "belongs to another desk or is an older one"),
    (readable_by_the_group, RootKeyUnsafe, "its mode is 0440. Set it to 0400"),
    (readable_by_all, RootKeyUnsafe, "its mode is 0404. Set it to 0400"),
    (cut, RootKeyMalformed, "cut off or not only a root key"),
    (with_a_changed_digit, RootKeyMalformed, "mistyped or damaged"),
    (empty, RootKeyMalformed, "nothing where the root key should be"),
    (a_link, RootKeyUnsafe, "is a link"),
    (a_folder, RootKeyUnsafe, "not an ordinary file"),
]


@pytest.mark.parametrize(("harm", "kind", "words"), CASES, ids=lambda c: getattr(c, "__name__", ""))
def test_a_root_key_that_is_not_right_refuses_to_start(
    folder: Path, harm: Callable[[Path], None], kind: type[RootKeyError], words: str
) -> None:
    harm(folder / "root.key")

    with pytest.raises(kind) as refused:
        runtime.start(stands.settings(folder))
    said = vuoro("check", DATA_DIR=folder)

    assert words in str(refused.value)
    assert WAYS_BACK in str(refused.value)
    assert said.is_one_clear_line
    assert words in said.err


def test_a_right_key_starts_and_check_says_so(folder: Path) -> None:
    said = vuoro("check", DATA_DIR=folder)

    assert (said.code, said.err) == (0, "")
    running = runtime.start(stands.settings(folder))
    assert f"root key: right ({running.keys.check})" in said.out
    assert running.keys.warning == ""
    running.close()


class TestOtherPlaces:
    """A file elsewhere, a command, the environment: one of them."""

    def test_a_file_elsewhere(self, folder: Path, tmp_path: Path) -> None:
        elsewhere = tmp_path / "keys.txt"
        (folder / "root.key").rename(elsewhere)

        assert vuoro("check", DATA_DIR=folder, ROOT_KEY_FILE=elsewhere).code == 0

    def test_a_command(self, folder: Path, tmp_path: Path) -> None:
        elsewhere = tmp_path / "with space.txt"
        (folder / "root.key").rename(elsewhere)

        said = vuoro("check", DATA_DIR=folder, ROOT_KEY_COMMAND=f"cat '{elsewhere}'")

        assert (said.code, said.err) == (0, "")

    @pytest.mark.parametrize("command", ["false", "cat /nowhere/at/all", "/no/such/program"])
    def test_a_command_that_fails(self, folder: Path, command: str) -> None:
        said = vuoro("check", DATA_DIR=folder, ROOT_KEY_COMMAND=command)

        assert said.is_one_clear_line
        assert "Run it by hand to see why" in said.err

    def test_the_environment_works_with_a_loud_warning(self, folder: Path) -> None:
        key = (folder / "root.key").read_text().strip()

        said = vuoro("check", DATA_DIR=folder, ROOT_KEY=key)

        assert said.code == 0
        assert said.err.startswith("Warning: The root key is in the environment.")
        assert key not in said.out + said.err

    def test_two_places_are_refused(self, folder: Path) -> None:
        key = folder / "root.key"
        for more in (
            {"ROOT_KEY_COMMAND": f"cat {key}"},
            {"ROOT_KEY": key.read_text().strip()},
        ):
            said = vuoro("check", DATA_DIR=folder, ROOT_KEY_FILE=key, **more)
            assert said.is_one_clear_line
            assert "More than one place" in said.err

    def test_the_key_itself_is_in_no_message(self, folder: Path) -> None:
        key = (folder / "root.key").read_text().strip()

        for given in (key[:-1], key + "0", key.replace("vuoro", "other"), "x" + key):
            said = vuoro("check", DATA_DIR=folder, ROOT_KEY=given)
            assert said.is_one_clear_line
            assert key[20:60] not in said.err + said.out


def test_a_key_is_made_readable_by_this_user_only_and_never_over_another(tmp_path: Path) -> None:
    path = tmp_path / "root.key"
    rootkey.make(path)
    before = path.read_text()

    with pytest.raises(RootKeyNotWritten, match="left as it is"):
        rootkey.make(path)

    assert path.read_text() == before
    assert path.stat().st_mode & 0o777 == 0o400

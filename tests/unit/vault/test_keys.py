"""Where the root key lies. Whatever is missing, short, readable by others or wrong is refused."""

import errno
import os
import stat
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from vault import (
    ArgumentRefused,
    LoadedRootKey,
    RootKey,
    RootKeyError,
    RootKeyMalformed,
    RootKeyMissing,
    RootKeyNotWritten,
    RootKeyUnsafe,
    RootKeyWrong,
    load_root_key,
    write_root_key_file,
)
from vault.keys import WAYS_BACK

PYTHON = sys.executable


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "root.key"


@pytest.fixture
def written(path: Path, root: RootKey) -> Path:
    write_root_key_file(path, root)
    return path


@pytest.fixture
def pretend(monkeypatch):
    """Let an opened file look as if it belonged to someone else; only root can really do that."""
    real = os.fstat

    def pretend(*, uid: int, gid: int, mode: int) -> None:
        def fstat(descriptor: int) -> os.stat_result:
            values = list(real(descriptor))
            values[0], values[4], values[5] = stat.S_IFREG | mode, uid, gid
            return os.stat_result(values)

        monkeypatch.setattr(os, "fstat", fstat)

    return pretend


def secrets_in(error: BaseException, root: RootKey) -> list[str]:
    """Pieces of the key that a traceback or anything chained to the error would show."""
    seen = "".join(traceback.format_exception(error))
    chained: BaseException | None = error
    while chained is not None:
        seen += repr(vars(chained)) + repr(chained.args)
        chained = chained.__cause__ or chained.__context__
    return [group for group in root.to_text().reveal().split("-")[3:] if group in seen]


def test_a_written_key_is_read_back(written, root):
    loaded = load_root_key(file=written)

    assert loaded == LoadedRootKey(root, f"key file {written}", None)


@pytest.mark.parametrize("umask", [0, 0o777])
def test_the_file_is_for_its_owner_only_whatever_the_umask(path, root, umask):
    before = os.umask(umask)
    try:
        write_root_key_file(path, root)
    finally:
        os.umask(before)

    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert path.read_text() == root.to_text().reveal() + "\n"


def test_the_file_and_its_directory_are_synced(path, root, monkeypatch):
    synced = []

    def fsync(descriptor: int) -> None:
        status = os.fstat(descriptor)
        synced.append((stat.S_IFMT(status.st_mode), path.stat().st_size))

    monkeypatch.setattr(os, "fsync", fsync)
    write_root_key_file(str(path), root)

    size = len(root.to_text().reveal()) + 1
    assert synced == [(stat.S_IFREG, size), (stat.S_IFDIR, size)]


def test_an_existing_file_is_never_written_over(written):
    before = written.read_bytes()

    with pytest.raises(RootKeyNotWritten, match="already a file") as refusal:
        write_root_key_file(written, RootKey.generate())

    assert written.read_bytes() == before
    assert "It was left as it is." in str(refusal.value)


def test_a_link_is_not_followed_when_writing(path, root, tmp_path):
    path.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(RootKeyNotWritten):
        write_root_key_file(path, root)

    assert not (tmp_path / "elsewhere").exists()


def test_a_missing_directory_is_said(tmp_path, root):
    with pytest.raises(RootKeyNotWritten, match="No such file or directory. No root key was made"):
        write_root_key_file(tmp_path / "nowhere" / "root.key", root)


@pytest.mark.parametrize("failing_call", [1, 2])
def test_on_a_full_disk_no_half_key_stays_behind(path, root, monkeypatch, failing_call):
    calls = []

    def fsync(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == failing_call:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fsync)

    with pytest.raises(RootKeyNotWritten, match="No space left on device") as refusal:
        write_root_key_file(path, root)

    assert not path.exists()
    assert secrets_in(refusal.value, root) == []


def test_the_directory_is_closed_even_when_it_cannot_be_synced(path, root, monkeypatch):
    opened: list[int] = []

    def fsync(descriptor: int) -> None:
        opened.append(descriptor)
        if len(opened) == 2:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(RootKeyNotWritten):
        write_root_key_file(path, root)

    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(opened[1])


def test_a_missing_file_is_named_with_the_two_ways_back(path):
    with pytest.raises(RootKeyMissing) as refusal:
        load_root_key(file=path)

    assert str(refusal.value) == f"There is no key file {path}. {WAYS_BACK}"


def test_a_file_that_cannot_be_read_is_named(written):
    with pytest.raises(RootKeyMissing, match="cannot be read: Not a directory"):
        load_root_key(file=written / "key")


@pytest.mark.parametrize("mode", [0o400, 0o600])
def test_its_owner_may_read_and_change_it(written, root, mode):
    written.chmod(mode)

    assert load_root_key(file=written).key == root


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o420, 0o402, 0o410, 0o401, 0o500, 0o644, 0o777])
def test_a_file_others_may_touch_is_refused(written, root, mode):
    written.chmod(mode)

    with pytest.raises(RootKeyUnsafe, match=f"its mode is {mode:04o}") as refusal:
        load_root_key(file=written)

    assert WAYS_BACK in str(refusal.value)
    assert secrets_in(refusal.value, root) == []


@pytest.mark.parametrize("mode", [0o400, 0o444])
def test_a_link_is_refused_wherever_it_leads(written, tmp_path, mode):
    written.chmod(mode)
    link = tmp_path / "link"
    link.symlink_to(written)

    with pytest.raises(RootKeyUnsafe, match="is a link"):
        load_root_key(file=link)


def test_a_file_of_another_user_is_refused(written, pretend):
    pretend(uid=os.geteuid() + 1, gid=os.getegid(), mode=0o400)

    with pytest.raises(RootKeyUnsafe, match="belongs to another user"):
        load_root_key(file=written)


def test_a_file_of_root_is_refused_where_the_desk_is_someone_else(written, pretend, monkeypatch):
    pretend(uid=0, gid=0, mode=0o440)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(RootKeyUnsafe, match=r"belongs to another user \(uid 0\)"):
        load_root_key(file=written)


def test_a_directory_is_refused(tmp_path):
    with pytest.raises(RootKeyUnsafe, match="not an ordinary file"):
        load_root_key(file=tmp_path)


def test_no_file_stays_open_whether_read_or_refused(written, tmp_path):
    lowest_free = os.dup(0)
    os.close(lowest_free)

    load_root_key(file=written)
    with pytest.raises(RootKeyUnsafe):
        load_root_key(file=tmp_path)

    now_free = os.dup(0)
    os.close(now_free)
    assert now_free == lowest_free


def test_a_pipe_is_refused_at_once(path):
    os.mkfifo(path, 0o400)

    with pytest.raises(RootKeyUnsafe, match="not an ordinary file"):
        load_root_key(file=path)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "nothing where"),
        (b"vuoro-root-1-0001\n", "has 4 digits"),
        (b"\x00" * 102, "does not begin"),
        (b"\xff\xfe" * 50, "does not begin"),
        (b"vuoro-root-1-" + b"0" * 10_000, "digits after its label"),
    ],
)
def test_a_damaged_file_is_refused_and_named(path, content, why):
    path.write_bytes(content)
    path.chmod(0o400)

    with pytest.raises(RootKeyMalformed, match=why) as refusal:
        load_root_key(file=path)

    assert f"(Read from: key file {path}.)" in refusal.value.fact
    assert str(refusal.value).count(WAYS_BACK) == 1


@pytest.mark.parametrize("cut", range(1, 100, 7))
def test_a_short_key_is_refused_without_quoting_it(path, root, cut):
    path.write_text(root.to_text().reveal()[:-cut])
    path.chmod(0o400)

    with pytest.raises(RootKeyMalformed) as refusal:
        load_root_key(file=path)

    assert secrets_in(refusal.value, root) == []


def test_the_key_of_another_desk_is_refused(written, root):
    with pytest.raises(RootKeyWrong) as refusal:
        load_root_key(file=written, check=RootKey.generate().check())

    assert root.check() in str(refusal.value)
    assert WAYS_BACK in str(refusal.value)


def test_the_key_of_this_desk_passes(written, root):
    assert load_root_key(file=written, check=root.check()).key == root


def test_an_empty_stored_check_is_no_check_passed(written):
    with pytest.raises(RootKeyWrong):
        load_root_key(file=written, check="")


def test_no_place_at_all_is_said():
    with pytest.raises(RootKeyMissing, match="No place is set"):
        load_root_key()


def test_two_places_are_refused_rather_than_ranked(written, root):
    with pytest.raises(RootKeyUnsafe, match="key file, environment"):
        load_root_key(file=written, env_value=root.to_text().reveal())


def test_the_environment_is_taken_with_a_loud_warning(root):
    loaded = load_root_key(env_value=root.to_text().reveal())

    assert (loaded.key, loaded.source) == (root, "environment")
    assert "Every program this user starts can read it" in str(loaded.warning)
    assert "0405" not in repr(loaded)


def test_an_empty_variable_is_refused():
    with pytest.raises(RootKeyMalformed, match=r"nothing where .* \(Read from: environment.\)"):
        load_root_key(env_value="")


# systemd keeps a credential as root's file and lends it by an ACL; stat then shows the ACL's mask
# in the group bits: man systemd.exec, "CREDENTIALS", and src/core/exec-credential.c.
@pytest.mark.parametrize(
    ("uid", "gid", "mode"), [(1000, 1000, 0o400), (0, 0, 0o400), (0, 0, 0o440)]
)
def test_a_credential_is_read_as_systemd_lends_it(
    written, root, pretend, monkeypatch, uid, gid, mode
):
    pretend(uid=uid, gid=gid, mode=mode)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert load_root_key(credential=written).key == root


@pytest.mark.parametrize(
    ("uid", "gid", "mode", "why"),
    [
        (1001, 1000, 0o400, "neither root nor"),
        (0, 1000, 0o440, "its mode is 0440"),
        (1000, 0, 0o440, "its mode is 0440"),
        (0, 0, 0o444, "its mode is 0444"),
        (0, 0, 0o460, "its mode is 0460"),
        (0, 0, 0o450, "its mode is 0450"),
    ],
)
def test_a_credential_others_may_touch_is_refused(
    written, pretend, monkeypatch, uid, gid, mode, why
):
    pretend(uid=uid, gid=gid, mode=mode)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(RootKeyUnsafe, match=f"systemd credential .*{why}"):
        load_root_key(credential=written)


def test_a_missing_credential_is_named(path):
    with pytest.raises(RootKeyMissing, match=f"There is no systemd credential {path}"):
        load_root_key(credential=str(path))


def test_a_command_gives_the_key(root):
    text = root.to_text().reveal()

    loaded = load_root_key(command=[PYTHON, "-c", f"print({text!r})"])

    assert loaded == LoadedRootKey(root, f"command {PYTHON}", None)


def test_a_command_is_not_run_by_a_shell(tmp_path):
    with pytest.raises(RootKeyMalformed):
        load_root_key(command=["/bin/echo", f"a; touch {tmp_path}/made"])

    assert list(tmp_path.iterdir()) == []


def test_a_command_gets_no_terminal_to_ask_on(root):
    script = f"import sys; sys.stdin.read(); print({root.to_text().reveal()!r})"

    assert load_root_key(command=[PYTHON, "-c", script]).key == root


@pytest.mark.parametrize("command", [[], "cat /etc/key"])
def test_a_command_is_a_list_of_arguments(command):
    with pytest.raises(ArgumentRefused, match="is a list"):
        load_root_key(command=command)


@pytest.mark.parametrize("program", ["/no/such/program", "/", "with\0nul"])
def test_a_command_that_does_not_start_is_said(program):
    with pytest.raises(RootKeyMissing, match="could not be started. Run it by hand"):
        load_root_key(command=[program])


def test_a_failing_command_is_refused_even_when_it_printed_a_key(root, capfd):
    text = root.to_text().reveal()
    script = f"import sys; print({text!r}); print({text!r}, file=sys.stderr); sys.exit(3)"

    with pytest.raises(RootKeyMissing, match="ended with exit code 3") as refusal:
        load_root_key(command=[PYTHON, "-c", script])

    assert secrets_in(refusal.value, root) == []
    assert capfd.readouterr() == ("", "")


def test_a_slow_command_is_given_up_and_its_output_forgotten(root):
    text = root.to_text().reveal()
    script = f"import time; print({text!r}, flush=True); time.sleep(60)"

    with pytest.raises(RootKeyMissing, match="did not answer within 0.5 seconds") as refusal:
        load_root_key(command=[PYTHON, "-S", "-c", script], timeout=0.5)

    assert secrets_in(refusal.value, root) == []
    assert refusal.value.__context__ is None


def test_garbage_from_a_command_is_refused_without_quoting_it(root):
    text = root.to_text().reveal()

    with pytest.raises(RootKeyMalformed) as refusal:
        load_root_key(command=[PYTHON, "-c", f"print({text!r} * 2)"])

    assert secrets_in(refusal.value, root) == []


def test_every_refusal_at_start_is_a_root_key_error():
    refusals = {RootKeyMissing, RootKeyUnsafe, RootKeyMalformed, RootKeyWrong}

    assert set(RootKeyError.__subclasses__()) == refusals


def test_the_package_loads_where_there_are_no_unix_users():
    """The offline tool runs on Windows too: names only Unix has are looked up when needed."""
    script = (
        "import os\n"
        "for name in ('O_NOFOLLOW', 'O_NONBLOCK', 'O_CLOEXEC', 'O_DIRECTORY', 'geteuid'):\n"
        "    delattr(os, name)\n"
        "import vault.keys, vault.chain\n"
    )

    finished = subprocess.run(
        [PYTHON, "-c", script], cwd=Path(__file__).parents[3], capture_output=True, check=False
    )

    assert finished.returncode == 0, finished.stderr

"""Where the root key lies: read it safely, write it once. Nothing here logs."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vault.errors import (
    WAYS_BACK,
    ArgumentRefused,
    RootKeyError,
    RootKeyMalformed,
    RootKeyMissing,
    RootKeyNotWritten,
    RootKeyUnsafe,
    RootKeyWrong,
)
from vault.rootkey import Label, RootKey
from vault.signing import AuditKey

__all__ = [
    "WAYS_BACK",
    "AuditKey",
    "Label",
    "LoadedRootKey",
    "RootKey",
    "RootKeyError",
    "RootKeyMalformed",
    "RootKeyMissing",
    "RootKeyNotWritten",
    "RootKeyUnsafe",
    "RootKeyWrong",
    "load_root_key",
    "write_root_key_file",
]

_MAX_TEXT: Final = 4096
_ENVIRONMENT_WARNING: Final = (
    "The root key is in the environment. Every program this user starts can read it there, and "
    "crash reports may carry it. Move it to a key file with mode 0400 or a systemd credential."
)


@dataclass(frozen=True, slots=True)
class LoadedRootKey:
    """The key, where it came from, and what the caller must say loudly (or None)."""

    key: RootKey
    source: str
    warning: str | None = None


def load_root_key(
    *,
    credential: str | Path | None = None,
    file: str | Path | None = None,
    command: Sequence[str] | None = None,
    env_value: str | None = None,
    check: str | None = None,
    timeout: float = 10.0,
) -> LoadedRootKey:
    """Read the root key from the one place given, or refuse and say which place and why.

    `check` is the mark stored at set-up; without it a wrong key is not noticed here.
    """
    places: dict[str, Callable[[], LoadedRootKey]] = {}
    if credential is not None:
        places["systemd credential"] = lambda: _from_credential(Path(credential))
    if file is not None:
        places["key file"] = lambda: _from_file(Path(file))
    if command is not None:
        places["command"] = lambda: _from_command(command, timeout)
    if env_value is not None:
        places["environment"] = lambda: _from_environment(env_value)
    if not places:
        raise RootKeyMissing("No place is set from which to read the root key.")
    if len(places) > 1:
        raise RootKeyUnsafe(
            f"More than one place is set for the root key: {', '.join(places)}. "
            "Leave exactly one, so that nobody can slip in another key."
        )
    (load,) = places.values()
    loaded = load()
    if check is not None:
        loaded.key.insist_on(check)
    return loaded


def write_root_key_file(path: str | Path, key: RootKey) -> None:
    """Make the key file, mode 0400, synced with its directory. Never writes over anything."""
    path = Path(path)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags, 0o400)
    except FileExistsError:
        raise RootKeyNotWritten(
            f"There is already a file at {path}. It was left as it is."
        ) from None
    except OSError as error:
        raise _not_written(path, error) from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, 0o400)
            file.write(key.to_text().reveal().encode() + b"\n")
            file.flush()
            os.fsync(descriptor)
        _sync_directory(path.parent)
    except OSError as error:
        with suppress(OSError):
            path.unlink()
        raise _not_written(path, error) from None


def _not_written(path: Path, error: OSError) -> RootKeyNotWritten:
    return RootKeyNotWritten(
        f"The key file {path} could not be written: {error.strerror}. No root key was made."
    )


def _sync_directory(directory: Path) -> None:
    """Without this a power cut may take the file's name, and the key with it."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _from_file(path: Path) -> LoadedRootKey:
    source = f"key file {path}"
    return LoadedRootKey(_parse(_read(path, source, _refuse_shared_file), source), source)


def _from_credential(path: Path) -> LoadedRootKey:
    source = f"systemd credential {path}"
    return LoadedRootKey(_parse(_read(path, source, _refuse_shared_credential), source), source)


def _from_environment(value: str) -> LoadedRootKey:
    source = "environment"
    return LoadedRootKey(_parse(value, source), source, _ENVIRONMENT_WARNING)


def _from_command(command: Sequence[str], timeout: float) -> LoadedRootKey:
    """Run without a shell; its output is the key, so no error quotes any of it."""
    if isinstance(command, str) or not command:
        raise ArgumentRefused("The root key command is a list: the program, then its arguments.")
    source = f"command {command[0]}"
    output = _output_of(command, timeout, source)
    return LoadedRootKey(_parse(output, source), source)


def _output_of(command: Sequence[str], timeout: float, source: str) -> str:
    """Raises outside the `except`: a chained exception would carry the output along."""
    try:
        done = subprocess.run(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        problem = f"did not answer within {timeout:g} seconds"
    except (OSError, ValueError):
        problem = "could not be started"
    else:
        if done.returncode == 0:
            return done.stdout[:_MAX_TEXT].decode("ascii", "replace")
        problem = f"ended with exit code {done.returncode}"
    raise RootKeyMissing(f"The root key's {source} {problem}. Run it by hand to see why.")


def _parse(text: str, source: str) -> RootKey:
    try:
        return RootKey.from_text(text)
    except RootKeyMalformed as error:
        raise RootKeyMalformed(f"{error.fact} (Read from: {source}.)") from None


def _read(path: Path, source: str, refuse: Callable[[os.stat_result, str], None]) -> str:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            return _read_opened(descriptor, source, refuse)
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        raise RootKeyMissing(f"There is no {source}.") from None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise RootKeyUnsafe(f"The {source} is a link. Give the file's own path.") from None
        raise RootKeyMissing(f"The {source} cannot be read: {error.strerror}.") from None


def _read_opened(
    descriptor: int, source: str, refuse: Callable[[os.stat_result, str], None]
) -> str:
    """Look at what was opened, not at the path again: it may lead elsewhere by now."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise RootKeyUnsafe(f"The {source} is not an ordinary file.")
    refuse(status, source)
    return os.read(descriptor, _MAX_TEXT).decode("ascii", "replace")


def _refuse_shared_file(status: os.stat_result, source: str) -> None:
    """0400 or 0600 and ours, nothing else."""
    if status.st_uid != os.geteuid():
        raise RootKeyUnsafe(
            f"The {source} belongs to another user (uid {status.st_uid}), who can "
            "replace it. Make it belong to the user the desk runs as."
        )
    _refuse_bits(status, 0o177, source)


def _refuse_shared_credential(status: os.stat_result, source: str) -> None:
    """systemd lends root's file by an ACL, and `stat` shows the ACL's mask as a group bit."""
    if status.st_uid not in (0, os.geteuid()):
        raise RootKeyUnsafe(
            f"The {source} belongs to another user (uid {status.st_uid}), "
            "neither root nor the one the desk runs as."
        )
    is_lent_by_root = status.st_uid == 0 and status.st_gid == 0
    _refuse_bits(status, 0o137 if is_lent_by_root else 0o177, source)


def _refuse_bits(status: os.stat_result, forbidden: int, source: str) -> None:
    mode = stat.S_IMODE(status.st_mode)
    if mode & forbidden:
        raise RootKeyUnsafe(
            f"Others may read or change the {source}: its mode is {mode:04o}. "
            "Set it to 0400, and think about who may have read it meanwhile."
        )

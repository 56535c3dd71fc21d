"""Makes .venv from the hash-locked requirements, with nothing but Python: `bootstrap.py run|dev`.

Gets uv (from PATH, else the pinned wheel by pip), else uses venv and pip on the same lock. Asks
nothing of HOME, needs no python3-venv, and returns at once when nothing changed. The syntax is
readable to Python 3.6, so that an old Python says what is wrong instead of failing on a comma.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
VENV_PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "vuoro-stamp")
CATALOG_STAMP = os.path.join(VENV, "vuoro-catalog-stamp")
TOOLS = os.path.join(ROOT, ".venv-tools")
UV_PIN = os.path.join(ROOT, "requirements", "uv.txt")
CATALOGS = os.path.join(ROOT, "translations")
VERSIONS = ((3, 11), (3, 12), (3, 13))
LOCKS = ("run", "dev")  # dev holds all of run


class Stop(Exception):
    """Ends the work with words for the person at the keyboard."""


def main(arguments: "list[str]") -> int:
    if len(arguments) != 1 or arguments[0] not in LOCKS:
        print("usage: bootstrap.py run|dev", file=sys.stderr)
        return 2
    try:
        use_a_python_we_claim(arguments)
        prepare(arguments[0])
    except Stop as stop:
        print(f"vuoro: {stop}", file=sys.stderr)
        return 1
    return 0


def use_a_python_we_claim(arguments: "list[str]") -> None:
    """Goes on with another python3.x on PATH when this one is too old or too new."""
    if sys.version_info[:2] in VERSIONS:
        return
    for version in reversed(VERSIONS):
        other = shutil.which("python{}.{}".format(*version))
        if other and runs(
            [other, "-c", f"import sys; sys.exit(sys.version_info[:2] != {version})"]
        ):
            os.execv(other, [other, os.path.abspath(__file__), *arguments])
    raise Stop(
        "needs Python 3.11, 3.12 or 3.13, and this is {}.{}. Install one of them, for example "
        "python3.13, and try again.".format(*sys.version_info[:2])
    )


def prepare(lock: str) -> None:
    if is_installed(lock) and has_compiled_catalogs():
        return
    os.makedirs(TOOLS, exist_ok=True)
    with open(os.path.join(TOOLS, "lock"), "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)  # a second bootstrap waits here, then finds all done
        if not is_installed(lock):
            install(lock)
        if not has_compiled_catalogs():
            compile_catalogs()


def is_installed(lock: str) -> bool:
    wanted = [stamp(name) for name in LOCKS[LOCKS.index(lock) :]]
    has_command = os.path.exists(os.path.join(VENV, "bin", "vuoro"))
    return has_command and os.path.exists(VENV_PYTHON) and read(STAMP) in wanted


def stamp(lock: str) -> str:
    whole = digest([lock_file(lock), os.path.join(ROOT, "pyproject.toml")])
    return f"{place()}{lock} {whole}\n"


def place() -> str:
    """A .venv made elsewhere (a copied folder) or for another Python is made anew."""
    return "{}\n{}.{}\n".format(ROOT, *sys.version_info[:2])


def lock_file(lock: str) -> str:
    return os.path.join(ROOT, "requirements", lock + ".txt")


def digest(paths: "list[str]") -> str:
    whole = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as handle:
            whole.update(hashlib.sha256(handle.read()).digest())
    return whole.hexdigest()


def install(lock: str) -> None:
    print("vuoro: preparing .venv (once, and again when the dependencies change)", flush=True)
    environment = own_environment()
    uv = find_uv(environment)
    pip = [] if uv else find_pip()
    if not (uv or pip):
        raise Stop(
            "needs uv, pip or ensurepip to get its libraries, and this Python has none of them. "
            "Install one (Debian, Ubuntu: apt install python3-venv) and try again."
        )
    is_ours_and_whole = read(STAMP).startswith(place()) and os.path.exists(VENV_PYTHON)
    if not is_ours_and_whole:  # else it is only added to, so that a running desk keeps its files
        shutil.rmtree(VENV, ignore_errors=True)
        run(venv_command(uv), environment)
    if os.path.exists(STAMP):
        os.unlink(STAMP)
    installer = install_command(uv, pip)
    run([*installer, "--require-hashes", "-r", lock_file(lock)], environment)
    run([*installer, "--no-deps", "--no-build-isolation", "-e", ROOT], environment)
    write(STAMP, stamp(lock))


def venv_command(uv: str) -> "list[str]":
    base: str = getattr(sys, "_base_executable", sys.executable)
    if uv:
        return [uv, "venv", "--quiet", "--no-project", "--python", base, VENV]
    return [base, "-m", "venv", "--without-pip", VENV]


def install_command(uv: str, pip: "list[str]") -> "list[str]":
    """pip works on another environment since 22.3, so .venv needs none of its own."""
    if uv:
        return [uv, "pip", "install", "--quiet", "--python", VENV_PYTHON]
    return [*pip, "--python", VENV_PYTHON, "install", "--quiet", "--disable-pip-version-check"]


def own_environment() -> "dict[str, str]":
    """HOME may be missing or not ours to write in; then the caches stay in the project.

    uv trusts only its own list of certificates unless told; pip and the system know the firm's.
    """
    environment = dict(os.environ, UV_PYTHON_DOWNLOADS="never")
    environment.setdefault("UV_SYSTEM_CERTS", "true")
    environment.pop("VIRTUAL_ENV", None)
    home = environment.get("HOME", "")
    if not (os.path.isdir(home) and os.access(home, os.W_OK)):
        environment["HOME"] = os.path.join(TOOLS, "home")
        os.makedirs(environment["HOME"], exist_ok=True)
    return environment


def find_uv(environment: "dict[str, str]") -> str:
    """The path of a uv that runs, or "" where none can be had."""
    kept = os.path.join(TOOLS, "uv")
    for candidate in (shutil.which("uv") or "", kept):
        if candidate and runs([candidate, "--version"]):
            return candidate
    pip = find_pip()
    return kept if pip and download_uv(pip, kept, environment) else ""


def download_uv(pip: "list[str]", target: str, environment: "dict[str, str]") -> bool:
    with tempfile.TemporaryDirectory(dir=TOOLS) as folder:
        command = [*pip, "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--only-binary=:all:", "--require-hashes", "-r", UV_PIN, "-d", folder]
        if not runs(command, environment):
            return False
        with zipfile.ZipFile(os.path.join(folder, os.listdir(folder)[0])) as wheel:
            name = next(each for each in wheel.namelist() if each.endswith("/scripts/uv"))
            unpacked = wheel.extract(name, folder)
        os.chmod(unpacked, 0o755)
        os.replace(unpacked, target)
    return runs([target, "--version"])


def find_pip() -> "list[str]":
    """Python's own pip; without one, the pip that ensurepip carries, put into the project.

    Debian ships `venv` without `ensurepip` until python3-venv is installed.
    """
    if runs([sys.executable, "-m", "pip", "--version"]):
        return [sys.executable, "-m", "pip"]
    python = os.path.join(TOOLS, "pip", "bin", "python")
    if runs([python, "-m", "pip", "--version"]):
        return [python, "-m", "pip"]
    if runs([sys.executable, "-m", "venv", "--clear", os.path.join(TOOLS, "pip")]):
        return [python, "-m", "pip"]
    return []


def has_compiled_catalogs() -> bool:
    return catalog_stamp() in ("", read(CATALOG_STAMP))


def catalog_stamp() -> str:
    """Nothing without catalogs; else their content, and which of them are compiled."""
    catalogs = []
    for folder, folders, files in os.walk(CATALOGS):
        folders.sort()
        catalogs += [os.path.join(folder, name) for name in sorted(files) if name.endswith(".po")]
    compiled = [path for path in catalogs if os.path.exists(path[:-3] + ".mo")]
    return f"{len(compiled)} {digest(catalogs)}\n" if catalogs else ""


def compile_catalogs() -> None:
    frontend = [VENV_PYTHON, "-m", "babel.messages.frontend", "--quiet"]
    run([*frontend, "compile", "--directory", CATALOGS], dict(os.environ))
    write(CATALOG_STAMP, catalog_stamp())


def runs(command: "list[str]", environment: "dict[str, str] | None" = None) -> bool:
    silent = subprocess.DEVNULL
    try:
        return subprocess.call(command, env=environment, stdout=silent, stderr=silent) == 0
    except OSError:
        return False


def run(command: "list[str]", environment: "dict[str, str]") -> None:
    if subprocess.call(command, env=environment, cwd=ROOT) != 0:
        raise Stop(
            "this did not work, and the reason stands above: {}\nNothing is left half done: once "
            "the reason is gone (the network, the disk), try again.".format(" ".join(command))
        )


def read(path: str) -> str:
    try:
        with open(path) as handle:
            return handle.read()
    except OSError:
        return ""


def write(path: str, text: str) -> None:
    with open(path + ".new", "w") as handle:
        handle.write(text)
    os.replace(path + ".new", path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Writes the locks anew from pyproject.toml: `python -m tools.lock [--upgrade]`.

Universal (one file for every system and Python we claim), with hashes, without any address.
"""

import sys

from tools import bootstrap

OPTIONS = [
    *("--quiet", "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header"),
    *("--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
]
PROJECT = ["pyproject.toml", "requirements/build.in", "--extra", "postgres", "--extra", "redis"]
LOCKS = {
    "requirements/run.txt": PROJECT,
    "requirements/dev.txt": [*PROJECT, "--group", "dev", "--constraint", "requirements/run.txt"],
    "requirements/uv.txt": ["requirements/uv.in"],
}


def main(arguments: list[str]) -> int:
    environment = bootstrap.own_environment()
    uv = bootstrap.find_uv(environment)
    if not uv:
        print("vuoro: locking needs uv, and none could be had. Install uv.", file=sys.stderr)
        return 1
    try:
        for target, sources in LOCKS.items():
            command = [uv, "pip", "compile", *sources, *OPTIONS, *arguments, "-o", target]
            bootstrap.run(command, environment)
    except bootstrap.Stop as stop:
        print(f"vuoro: {stop}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

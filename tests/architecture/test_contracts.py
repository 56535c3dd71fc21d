"""The walls of ARCHITECTURE.md bite: each broken on purpose in a small copy of the house.

`make test` runs lint-imports on the real house; here its contracts prove what they would catch.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
CONTRACTS = {each["name"]: each for each in PYPROJECT["tool"]["importlinter"]["contracts"]}
LAYERS = "Doors over areas over ground"
VAULT_ALONE = "The vault imports nothing of ours, no web, database or network package"
VAULT_USERS = "Only credentials imports the vault; audit only its chain and keys"
NO_FLASK = "Areas and ground do not know Flask"
SDKS = "Platform SDKs stay inside the adapters"
REGISTRY = "Only the registry names a concrete adapter"
ADAPTERS = "Adapters do not know each other; Facebook and Instagram share what is Meta's"
MODELS = "Models import models and foundation"
ENGINE = "The job engine lives in foundation.queue; jobs and cli run its consumer"
CIRCLES = "No circles"


def rooms() -> dict[str, bool]:
    """Every room of the map, and whether it stands in parentheses (not built yet)."""
    names = [n.strip() for layer in CONTRACTS[LAYERS]["layers"] for n in layer.split("|")]
    return {name.strip("()"): name.startswith("(") for name in names}


FILES = {
    "app/__init__.py": "",
    "app/wsgi.py": "import flask, app.factory",
    "app/factory.py": "import flask, app.web",
    "app/cli.py": "import huey, app.factory, app.practice",
    "app/gate.py": "import flask, app.access",
    "app/web/__init__.py": "",
    "app/web/inbox/__init__.py": "",
    "app/web/inbox/inbox.py": "import flask_wtf, app.gate, app.inbox.queries",
    "app/jobs/consumer.py": "import huey, app.foundation.queue",
    "app/inbox/models.py": "import sqlalchemy, app.accounts.models, app.foundation.db",
    "app/inbox/queries.py": "import app.inbox.models, app.channels.registry",
    "app/accounts/models.py": "import app.foundation.db",
    "app/accounts/members.py": "import app.accounts.models, app.audit.log",
    "app/channels/registry.py": "import app.channels.adapters.facebook.adapter",
    "app/channels/adapters/__init__.py": "",
    "app/channels/adapters/facebook/__init__.py": "",
    "app/channels/adapters/facebook/adapter.py": "import app.channels.adapters.meta.graph",
    "app/channels/adapters/meta/__init__.py": "",
    "app/channels/adapters/meta/graph.py": "import facebook",
    "app/channels/adapters/instagram.py": "import app.channels.adapters.meta.graph",
    "app/channels/adapters/x.py": "import tweepy",
    "app/credentials/custody.py": "import vault, vault.records",
    "app/audit/log.py": "import vault.chain, vault.keys",
    "app/foundation/db.py": "import sqlalchemy",
    "app/foundation/queue.py": "import huey",
    "vault/__init__.py": "",
    "vault/chain.py": "import vault.keys",
    "vault/keys.py": "import cryptography",
    "vault/records.py": "import vault.keys",
}
PACKAGES = {f"app/{room}/__init__.py": "" for room in rooms() if f"app/{room}.py" not in FILES}


def lint(folder: Path, changes: dict[str, str]) -> str:
    """What lint-imports says of the small house with these files put in or replaced."""
    for name, source in {**PACKAGES, **FILES, **changes}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source + "\n")
    (folder / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    done = subprocess.run(
        [*command, "--no-cache", "--no-logo"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_the_small_house_keeps_every_contract(tmp_path):
    said = lint(tmp_path, {})

    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in said, said


BREACHES = [
    (LAYERS, "app/inbox/queries.py", "import app.replies"),
    (LAYERS, "app/inbox/queries.py", "import app.playbook"),
    (LAYERS, "app/audit/log.py", "import app.notices"),
    (LAYERS, "app/foundation/db.py", "import app.access"),
    (LAYERS, "app/web/inbox/inbox.py", "import app.practice"),
    (LAYERS, "app/billing/__init__.py", ""),
    (VAULT_ALONE, "vault/keys.py", "import app"),
    (VAULT_ALONE, "vault/keys.py", "import sqlalchemy"),
    (VAULT_ALONE, "vault/keys.py", "import requests"),
    (VAULT_ALONE, "vault/keys.py", "from urllib.request import urlopen"),
    (VAULT_ALONE, "vault/keys.py", "import socket"),
    (VAULT_USERS, "app/accounts/members.py", "import vault"),
    (VAULT_USERS, "app/audit/log.py", "import vault.records"),
    (VAULT_USERS, "app/cli.py", "import vault.keys"),
    (NO_FLASK, "app/accounts/members.py", "from flask import g"),
    (NO_FLASK, "app/foundation/db.py", "import werkzeug.exceptions"),
    (NO_FLASK, "app/notices/mail.py", "import flask_babel"),
    (SDKS, "app/channels/registry.py", "import facebook"),
    (SDKS, "app/jobs/consumer.py", "import tweepy"),
    (REGISTRY, "app/channels/delivery.py", "import app.channels.adapters.x"),
    (REGISTRY, "app/web/inbox/inbox.py", "import app.channels.adapters.facebook.adapter"),
    (ADAPTERS, "app/channels/adapters/x.py", "import app.channels.adapters.facebook.adapter"),
    (ADAPTERS, "app/channels/adapters/meta/graph.py", "import app.channels.adapters.facebook"),
    (MODELS, "app/inbox/models.py", "import app.accounts.members"),
    (MODELS, "app/inbox/models.py", "import app.inbox.queries"),
    (MODELS, "app/accounts/models.py", "import app.access"),
    (ENGINE, "app/inbox/queries.py", "import huey"),
    (ENGINE, "app/foundation/db.py", "import huey"),
    (CIRCLES, "app/accounts/models.py", "import app.accounts.members"),
]


@pytest.mark.parametrize(("contract", "name", "source"), BREACHES)
def test_a_breach_is_seen(tmp_path, contract, name, source):
    said = lint(tmp_path, {name: source})

    assert f"{contract} BROKEN" in said, said


def test_every_contract_is_broken_by_some_breach():
    assert {contract for contract, _, _ in BREACHES} == set(CONTRACTS)


def test_every_folder_with_code_is_a_package_since_the_walls_see_no_other():
    folders = {path.parent for top in ("app", "vault") for path in (ROOT / top).rglob("*.py")}

    blind = sorted(str(f.relative_to(ROOT)) for f in folders if not (f / "__init__.py").exists())

    assert not blind, f"these need an __init__.py: {blind}"


def test_what_is_built_stands_without_parentheses_and_what_is_not_in_them():
    built = {path.parent.name for path in ROOT.glob("app/*/__init__.py")}
    built |= {path.stem for path in ROOT.glob("app/*.py")} - {"__init__"}
    marked = {room for room, is_planned in rooms().items() if not is_planned}

    take_off, put_on = sorted(built - marked), sorted(marked - built)

    assert not take_off, f"built, and in parentheses or not in the layers of pyproject: {take_off}"
    assert not put_on, f"not built, and without parentheses in the layers of pyproject: {put_on}"

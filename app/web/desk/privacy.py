"""Pages for anybody: what the desk keeps, how to have it deleted, and what became of a request."""

from flask import Blueprint, render_template

from app import gate
from app.channels import leaving
from app.foundation.errors import NotFound

bp = Blueprint("privacy", __name__)


@bp.get("/privacy")
@gate.public
def show() -> str:
    return render_template("privacy/show.html")


@bp.get("/data-deletion")
@gate.public
def deletion() -> str:
    return render_template("privacy/deletion.html", found=None)


@bp.get("/data-deletion/<code>")
@gate.public
def status(code: str) -> str:
    """The address that Meta shows to whoever asked, with their code."""
    found = leaving.deletion(gate.db(), code)
    if found is None:
        raise NotFound()
    return render_template("privacy/deletion.html", found=found)

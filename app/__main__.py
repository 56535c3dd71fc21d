"""`python -m app …` is `vuoro …`."""

from app.cli import main

main()

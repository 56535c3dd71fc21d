"""Column types shared by the areas."""

from enum import Enum as PythonEnum

from sqlalchemy import Enum


def choice(kind: type[PythonEnum], length: int = 24) -> Enum:
    """An enum stored as its value's text, so that a row can be read without the code."""
    return Enum(
        kind,
        native_enum=False,
        length=length,
        create_constraint=False,
        validate_strings=True,
        values_callable=lambda members: [m.value for m in members],
    )

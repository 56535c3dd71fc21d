from tests.desks import desk, postgres_desk, sqlite_desk

__all__ = ["desk", "postgres_desk", "sqlite_desk"]

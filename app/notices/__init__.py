"""Telling a person: by mail, so far."""

"""Telling a person: in the desk and by mail. Knows members by their ids only."""

"""Having an answer approved, and what became of it."""

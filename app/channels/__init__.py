"""Connected pages and accounts: how they are read, written to, and how they do."""

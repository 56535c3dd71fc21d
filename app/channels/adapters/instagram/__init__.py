"""Instagram accounts, reached through the Page that each is linked to."""

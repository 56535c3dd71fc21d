"""One file a family of measures."""

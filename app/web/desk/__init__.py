"""The desk itself: first steps, settings, channels, audit log."""

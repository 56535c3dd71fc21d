"""Who is at the desk, what they may do, and how they get in."""

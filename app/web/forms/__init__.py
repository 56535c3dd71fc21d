"""What people send in, checked before a service sees it."""

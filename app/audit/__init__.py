"""What was done, by whom, when: a signed chain that only grows."""

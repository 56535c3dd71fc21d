"""X, through tweepy: posts that concern us, direct messages, and what each call costs."""

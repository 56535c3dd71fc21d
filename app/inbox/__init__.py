"""What customers write: taken in once, put into conversations, handled by the team."""

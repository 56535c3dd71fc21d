"""What any page may need: its bar, its times, its words."""

"""The door of time: which topic runs what. Jobs hold no logic."""

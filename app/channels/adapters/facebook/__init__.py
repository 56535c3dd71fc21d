"""Facebook Pages, through facebook-sdk in a thin subclass."""

"""Where datasets begin: one source a file, found by `data/__init__`."""

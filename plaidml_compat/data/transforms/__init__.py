"""What datasets can do: one transformation a file, found by `data/__init__`."""

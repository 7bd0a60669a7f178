"""What the registry and the events say, for people to read: matrix, scanner, profile, and what explains a dataset."""

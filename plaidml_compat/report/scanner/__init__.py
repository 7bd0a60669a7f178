"""Reads programs without running them, and says of every use of TensorFlow what becomes of it here."""

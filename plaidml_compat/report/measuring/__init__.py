"""Measuring ops and layers: what is called, in a process of its own, and what came out of it."""

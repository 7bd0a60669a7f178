"""Profiles: what ran in a block of a program, or in a whole program beside what its code uses."""

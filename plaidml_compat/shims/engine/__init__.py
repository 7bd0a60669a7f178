"""Mends what PlaidML computes wrongly or refuses: one file a theme."""

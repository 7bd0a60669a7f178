"""The compatibility matrix: its rows (`building`), what their cells say in words, and the formats in which people read it."""

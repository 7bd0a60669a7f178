"""Models beyond training: saving, loading, shapes, callbacks."""

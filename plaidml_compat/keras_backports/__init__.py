"""What tf.keras 2.15 has, scripts use, and Keras 2.2.4 lacks or does differently: put in force by install(), undone by uninstall()."""

from __future__ import annotations

from .patching import install, uninstall

__all__ = ["install", "uninstall"]

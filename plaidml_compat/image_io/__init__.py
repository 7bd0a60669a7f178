"""Images from files: reading, decoding, Pillow's images as Keras uses them, and folders of images as datasets."""

from __future__ import annotations

from . import decode, directory, files, pil

__all__ = ["decode", "directory", "files", "pil"]

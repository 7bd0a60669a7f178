"""Images from files: reading, decoding, Pillow's images as Keras uses them, and folders of images or texts as datasets."""

from __future__ import annotations

from . import decode, directory, encode, files, jpeg_quality, pil, text_directory

__all__ = ["decode", "directory", "encode", "files", "jpeg_quality", "pil", "text_directory"]

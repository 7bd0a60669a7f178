"""Pictures made larger in number, turned and judged."""

from .augment import augmented, thumbnails

__all__ = ["augmented", "thumbnails"]

"""The demo's contact sheet: each original beside what augmentation made of it."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

COLUMNS, ROWS, THUMB, GAP, HEAD = 3, 4, 150, 10, 30
_PAPER, _INK = (250, 250, 248), (60, 60, 60)


def contact_sheet(originals: np.ndarray, augmented: np.ndarray) -> Image.Image:
    """Up to twelve pairs on one page.

    Args:
        originals: (n, height, width, 3), values 0..255.
        augmented: the same pictures, augmented.
    """
    count = min(len(originals), COLUMNS * ROWS)
    columns = min(COLUMNS, count)
    rows = -(-count // columns)
    pair = 2 * THUMB + GAP // 2
    page = Image.new("RGB", (columns * (pair + 2 * GAP), HEAD + rows * (THUMB + GAP) + GAP), _PAPER)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default()
    for c in range(columns):
        x = GAP + c * (pair + 2 * GAP)
        draw.text((x, 10), "original", _INK, font)
        draw.text((x + THUMB + GAP // 2, 10), "augmented", _INK, font)
    for i in range(count):
        x, y = GAP + i % columns * (pair + 2 * GAP), HEAD + i // columns * (THUMB + GAP)
        page.paste(_thumb(originals[i]), (x, y))
        page.paste(_thumb(augmented[i]), (x + THUMB + GAP // 2, y))
    return page


def _thumb(pixels: np.ndarray) -> Image.Image:
    whole = np.clip(np.rint(pixels), 0, 255).astype(np.uint8)
    return Image.fromarray(whole).resize((THUMB, THUMB), Image.Resampling.BICUBIC)

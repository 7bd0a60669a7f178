"""Makes small folders of pictures: real photographs from scikit-image's wheel where it is installed, drawn ones where not."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageDraw

from ..writing_files import writing

PHOTOGRAPHS = {
    "astronaut": ("astronaut.png",),
    "cat": ("chelsea.png",),
    "coffee": ("coffee.png",),
    "motorcycle": ("motorcycle_left.png", "motorcycle_right.png"),
    "retina": ("retina.jpg",),
    "rocket": ("rocket.jpg",),
}
"""Class -> files of photographs in scikit-image's data folder."""

SHAPES = ("disc", "square", "star", "stripes")


def has_photographs() -> bool:
    """Whether scikit-image, with its photographs, is installed."""
    return _data_folder() is not None


def write_photographs(
    folder: str, count: int, size: tuple[int, int], quality: int = 90, classes: int = len(PHOTOGRAPHS), seed: int = 0
) -> int:
    """Write varied crops of real photographs as JPEGs into `folder`/class/NNNN.jpg; the same arguments give the same pictures.

    Args:
        folder: made where it is missing.
        count: pictures in all, shared out evenly among the classes.
        size: (width, height) in pixels.
        quality: JPEG quality, 1 to 95.
        classes: how many of the classes to use.
        seed: of the crops.

    Returns:
        The number of pictures written.

    Raises:
        ModuleNotFoundError: scikit-image is not installed.
    """
    data = _data_folder()
    if data is None:
        raise ModuleNotFoundError("real photographs need scikit-image: pip install scikit-image")
    names = list(PHOTOGRAPHS)[:classes]
    originals = {}
    for name in names:
        originals[name] = [Image.open(os.path.join(data, file)).convert("RGB") for file in PHOTOGRAPHS[name]]
    numbers = np.random.RandomState(seed)
    for i in range(count):
        name = names[i % len(names)]
        photo = originals[name][i // len(names) % len(originals[name])]
        _save(_varied(photo, size, numbers), os.path.join(folder, name), i // len(names), quality)
    return count


def write_drawings(folder: str, count: int, size: tuple[int, int], quality: int = 90, seed: int = 0) -> int:
    """Write drawn shapes on noisy grounds as JPEGs into `folder`/shape/NNNN.jpg. Returns their number."""
    numbers = np.random.RandomState(seed)
    for i in range(count):
        shape = SHAPES[i % len(SHAPES)]
        _save(_drawing(shape, size, numbers), os.path.join(folder, shape), i // len(SHAPES), quality)
    return count


def write_pictures(folder: str, count: int, size: tuple[int, int]) -> str:
    """Photographs where scikit-image is there, else drawings. Returns which, in words."""
    if has_photographs():
        write_photographs(folder, count, size)
        return "photographs from scikit-image"
    write_drawings(folder, count, size)
    return "drawn pictures"


def _data_folder() -> str | None:
    spec = importlib.util.find_spec("skimage")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = os.path.join(spec.submodule_search_locations[0], "data")
    return folder if os.path.exists(os.path.join(folder, "chelsea.png")) else None


def _save(picture: Image.Image, folder: str, number: int, quality: int) -> None:
    os.makedirs(folder, exist_ok=True)
    with writing(os.path.join(folder, f"{number:04d}.jpg")) as f:
        picture.save(f, "JPEG", quality=quality)


def _varied(photo: Image.Image, size: tuple[int, int], numbers: np.random.RandomState) -> Image.Image:
    """A random crop of the size's proportions, half to all of the photograph, mirrored half of the time, a little lighter or darker."""
    scale = numbers.uniform(0.55, 1.0) * min(photo.width / size[0], photo.height / size[1])
    width, height = size[0] * scale, size[1] * scale
    x, y = numbers.uniform(0, photo.width - width), numbers.uniform(0, photo.height - height)
    crop = photo.resize(size, Image.Resampling.BICUBIC, box=(x, y, x + width, y + height))
    if numbers.randint(2):
        crop = crop.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    lighter = numbers.uniform(0.8, 1.2)
    table = [min(255, round(v * lighter)) for v in range(256)]
    return crop.point(table * 3)


def _drawing(shape: str, size: tuple[int, int], numbers: np.random.RandomState) -> Image.Image:
    width, height = size
    ground = numbers.randint(0, 120, 3) + numbers.randint(0, 30, (height, width, 3))
    picture = Image.fromarray(ground.astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    colour = tuple(int(c) for c in numbers.randint(130, 256, 3))
    radius = numbers.uniform(0.25, 0.4) * min(size)
    x, y = numbers.uniform(radius, width - radius), numbers.uniform(radius, height - radius)
    box = (x - radius, y - radius, x + radius, y + radius)
    if shape == "disc":
        draw.ellipse(box, fill=colour)
    elif shape == "square":
        draw.rectangle(box, fill=colour)
    elif shape == "star":
        draw.polygon(list(_star(x, y, radius)), fill=colour)
    else:
        for k in range(0, int(2 * radius), 8):
            draw.line((box[0], box[1] + k, box[2], box[1] + k), fill=colour, width=4)
    return picture


def _star(x: float, y: float, radius: float) -> Iterator[tuple[float, float]]:
    for k in range(10):
        r = radius if k % 2 == 0 else 0.4 * radius
        angle = np.pi * (k / 5 - 0.5)
        yield float(x + r * np.cos(angle)), float(y + r * np.sin(angle))

"""image_dataset_from_directory: the pixels, read from JPEG, PNG, BMP and GIF files and resized."""

import numpy as np
from _images import levels, mixed_folder, png

# 1e-4 of the range of 255.
TOLERANCE = {"*": 0.0255}


def pixels(tf, tmp_path, without=(), **how):
    folder = mixed_folder(tmp_path / "f", without)
    dataset = tf.keras.utils.image_dataset_from_directory(folder, shuffle=False, batch_size=8, **how)
    ((images, labels),) = (tuple(map(np.asarray, batch)) for batch in dataset)
    return {"images": images, "labels": labels, "shape": np.array([-1 if s is None else s for s in dataset.element_spec[0].shape])}


def scenario_default(tf, tmp_path):
    return pixels(tf, tmp_path, image_size=(24, 32))


def scenario_larger(tf, tmp_path):
    return pixels(tf, tmp_path, image_size=(61, 50), label_mode="categorical")


def scenario_nearest(tf, tmp_path):
    return pixels(tf, tmp_path, image_size=(17, 23), interpolation="nearest")


def scenario_area(tf, tmp_path):
    return pixels(tf, tmp_path, image_size=(17, 13), interpolation="area")


def scenario_bicubic(tf, tmp_path):
    return pixels(tf, tmp_path, image_size=(40, 29), interpolation="bicubic")


def scenario_lanczos3(tf, tmp_path):
    return pixels(tf, tmp_path, image_size=(20, 20), interpolation="lanczos3")


def scenario_lanczos5(tf, tmp_path):
    return pixels(tf, tmp_path, image_size=(20, 20), interpolation="lanczos5")


def scenario_gaussian(tf, tmp_path):
    return pixels(tf, tmp_path, image_size=(20, 20), interpolation="gaussian")


def scenario_mitchellcubic(tf, tmp_path):
    return pixels(tf, tmp_path, image_size=(20, 20), interpolation="mitchellcubic")


def scenario_crop(tf, tmp_path):
    return pixels(tf, tmp_path, image_size=(24, 24), crop_to_aspect_ratio=True)


def scenario_crop_wide(tf, tmp_path):
    return pixels(tf, tmp_path, image_size=(10, 35), crop_to_aspect_ratio=True)


def scenario_gray(tf, tmp_path):
    return pixels(tf, tmp_path, image_size=(24, 20), color_mode="grayscale", without=("picture.bmp", "still.gif"))


def scenario_rgba(tf, tmp_path):
    (tmp_path / "f" / "a").mkdir(parents=True)
    for channels in (3, 4):
        (tmp_path / "f" / "a" / f"{channels}.png").write_bytes(png(levels(8, 7, channels)))
    dataset = tf.keras.utils.image_dataset_from_directory(str(tmp_path / "f"), shuffle=False, image_size=(9, 9), color_mode="rgba")
    return {"images": np.concatenate([np.asarray(x) for x, _ in dataset])}

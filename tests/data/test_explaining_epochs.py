"""explain() warns of steps that do something else than was meant over several epochs: repeat, cache, take and shuffle."""

from __future__ import annotations

import pytest
from _explaining import IMAGES, advised, joined


@pytest.mark.parametrize(
    ("what", "wrong", "code"),
    [
        ("repeat before shuffle", lambda d: d.range(50).repeat().shuffle(20).batch(2), "range(50).shuffle(20).repeat().batch(2)"),
        ("cache of what has no end", lambda d: d.range(50).repeat().cache().batch(2), "range(50).cache().repeat().batch(2)"),
        ("cache of what has no end", lambda d: d.range(50).repeat().batch(2).cache(), ""),
        ("cache of what cannot fit", lambda d: d.range(10**14).cache(), ""),
        ("take behind cache", lambda d: d.range(50).cache().take(5), "range(50).take(5).cache()"),
        ("tiny shuffle", lambda d: d.range(5000).shuffle(2), "range(5000).shuffle(5000)"),
    ],
)
def test_warnings(tf, what, wrong, code):
    found = advised(wrong(tf.data.Dataset))[what]
    assert found.is_warning and found.why
    assert joined(found.code) == (f"dataset = tf.data.Dataset.{code}" if code else "")


@pytest.mark.parametrize(
    "fine",
    [
        lambda d: d.range(50).shuffle(50).repeat().batch(2),
        lambda d: d.range(50).repeat(1).shuffle(50),
        lambda d: d.range(50).cache().repeat().take(500),
        lambda d: d.range(50).cache("file").take(50),
        lambda d: d.range(50).take(5).cache(),
        lambda d: d.range(10**14).cache("file"),
        lambda d: d.range(5000).shuffle(5000),
        lambda d: d.range(20).shuffle(8),
    ],
)
def test_no_warning(tf, fine):
    assert not [a.what for a in advised(fine(tf.data.Dataset)).values() if a.is_warning]


def _order(dataset):
    return [x.numpy().tolist() for x in dataset]


def test_what_is_advised_in_place_of_a_cache_behind_a_shuffle_draws_anew(tf):
    """The elements of a batch are others in each epoch: no cache is put where it would keep them."""
    flip = tf.keras.layers.RandomFlip()
    slices = tf.data.Dataset.from_tensor_slices(IMAGES)

    def resized(x):
        return tf.image.resize(x, (8, 6))

    assert "cache before random steps" not in advised(slices.shuffle(24).batch(4).map(resized).map(flip))
    assert "cache before random steps" in advised(slices.batch(4).map(resized).map(flip))
    found = advised(tf.data.Dataset.range(24).shuffle(24).batch(4).cache())["shuffle before cache"]
    assert not found.code and "what makes batches behind both" in found.why
    good = tf.data.Dataset.range(24).cache().shuffle(24).batch(4)
    assert sorted(map(tuple, _order(good))) != sorted(map(tuple, _order(good)))


def test_a_source_that_shuffles_its_files(tf, tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
        for i in range(4):
            tf.keras.utils.save_img(str(tmp_path / name / f"{i}.png"), IMAGES[i])
    flip = tf.keras.layers.RandomFlip()

    def files(**kwargs):
        made = tf.keras.utils.image_dataset_from_directory(str(tmp_path), image_size=(16, 12), **kwargs)
        return advised(made.map(lambda x, y: (flip(x), y)))

    assert "cache before random steps" not in files(batch_size=4)
    single = files(batch_size=None)["cache before random steps"]
    assert ".cache().shuffle(8)" in joined(single.code) and "another order in each epoch" in single.results
    unshuffled = files(batch_size=4, shuffle=False)["cache before random steps"]
    assert ".cache().map(" in joined(unshuffled.code) and "another order" not in unshuffled.results

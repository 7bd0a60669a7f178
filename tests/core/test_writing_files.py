"""Files are written whole or not at all."""

from __future__ import annotations

import os

import pytest

from plaidml_compat.writing_files import writing


def test_whole(tmp_path):
    (tmp_path / "f").write_text("before")
    with writing(str(tmp_path / "f")) as f:
        f.write(b"after")
        assert (tmp_path / "f").read_text() == "before"
    assert (tmp_path / "f").read_text() == "after"
    assert os.listdir(tmp_path) == ["f"]
    assert (tmp_path / "f").stat().st_mode & 0o777 == 0o666 & ~_umask()


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_nothing_is_left_behind(error, tmp_path):
    (tmp_path / "f").write_text("before")
    with pytest.raises(error), writing(str(tmp_path / "f")) as f:
        f.write(b"half")
        raise error
    assert os.listdir(tmp_path) == ["f"]
    assert (tmp_path / "f").read_text() == "before"

"""What commands that look names up share: installing without a device of the user's, and writing what they found."""

from __future__ import annotations

import sys

from . import endings


def install(device_id: str | None = None) -> None:
    """Install, if that was not done: names are looked up and nothing is computed, so the device that every machine has will do.

    Args:
        device_id: the one that the command is about, if it is about one.
    """
    from .. import device, installation

    if not installation.is_installed():
        # No program is run in this process: an installed TensorFlow is in nobody's way.
        installation.install(device_id or device.EMBEDDED, shadow_tensorflow=True)


def written(text: str, path: str | None, prog: str) -> bool:
    """Write a result to a file, whole or not at all, or to standard output; False, and a message, where that cannot be.

    Raises:
        BrokenPipeError: the reader of standard output is gone; `endings.quietly` knows what to do.
    """
    from ..writing_files import writing

    try:
        if path:
            with writing(path) as f:
                f.write(text.encode())
        else:
            sys.stdout.writelines(text.splitlines(keepends=True))  # in pieces: whether the reader went away is told before each
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as e:
        print(f"{prog}: error: the result cannot be written to {path or 'standard output'}: {e.strerror or e}", file=sys.stderr)
        if not path:
            endings.forget_output()
        return False
    return True

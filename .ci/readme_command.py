"""Print the n-th command of README.md's first section of commands: the n-th fenced `sh` block."""

from __future__ import annotations

import re
import sys
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"


def command(n: int) -> str:
    """The lines of the n-th `sh` block, counted from 1.

    Raises:
        SystemExit: there are fewer.
    """
    blocks = re.findall(r"^```sh\n(.*?)^```$", README.read_text(), re.M | re.S)
    if not 1 <= n <= len(blocks):
        raise SystemExit(f"README.md has {len(blocks)} blocks of commands; asked for number {n}")
    return blocks[n - 1].strip()


if __name__ == "__main__":
    print(command(int(sys.argv[1])))

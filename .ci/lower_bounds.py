"""Print setup.cfg's lower bounds as pip constraints: every `name>=version` of the dependencies as `name==version`."""

from __future__ import annotations

import configparser
from pathlib import Path

SETUP = Path(__file__).parent.parent / "setup.cfg"


def constraints() -> list[str]:
    """One line a dependency."""
    config = configparser.ConfigParser()
    config.read(SETUP)
    lines = (line.strip() for line in config["options"]["install_requires"].splitlines())
    return [line.replace(">=", "==") for line in lines if line and not line.startswith("#")]


if __name__ == "__main__":
    print("\n".join(constraints()))

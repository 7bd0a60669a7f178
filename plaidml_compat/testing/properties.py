"""What travels in the user properties of reports, as JSON; a program may have properties of the same name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


def read(report: Any, wanted: str, kind: type) -> Iterator[Any]:
    """The values of a test's properties of a name, in its last report alone; they are JSON of a kind, others are not ours."""
    for name, text in report.user_properties if report.when == "teardown" else ():
        if name == wanted:
            try:
                value = json.loads(str(text))
            except ValueError:
                continue
            if isinstance(value, kind):
                yield value

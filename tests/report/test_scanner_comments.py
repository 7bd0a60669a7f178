"""Comments that say what a scan leaves alone, and those that say it in vain."""

from __future__ import annotations

import pytest
from _scans import scanned

pytestmark = pytest.mark.usefixtures("tf")


def ignored(report):
    return [f.ignored for f in report.findings]


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# plaidml: ignore[only in the old branch]", "only in the old branch"),
        ("# plaidml: ignore", ""),
        ("#plaidml:ignore", ""),
        ("# type: ignore  # plaidml: ignore[why]  # noqa", "why"),
        ("# plaidml: ignore[not-built] not reached", "not reached"),
        ("# plaidml: ignore[not-built, unknown]", ""),
        ("# plaidml: ignore[unknown]", None),
        ("# noqa", None),
        ("; x = '# plaidml: ignore'", None),
        ("# plaidml: ignore-file[late]", None),
    ],
)
def test_comments(write, missing, comment, expected):
    report = scanned(write, f"import tensorflow as tf\n{missing} {comment}\n")
    assert ignored(report) == [expected] and report.exit_code == (expected is None)


@pytest.mark.parametrize("line", [2, 3, 4, 7])
def test_lines_on_which_a_comment_counts(write, missing, line):
    """The first line of the statement, the lines of the use, the last of the statement; not those between."""
    lines = [
        "import tensorflow as tf",
        "x = dict(",
        f"    a={missing.rpartition('.')[0]}",
        f"    .{missing.rpartition('.')[2]},",
        "    b=1,",
        "    c=2,",
        ")",
    ]
    lines[2] = lines[2].replace("a=", "a=(")
    lines[3] = lines[3].replace(",", "),")
    for n in range(2, 8):
        marked = list(lines)
        marked[n - 1] += "  # plaidml: ignore"
        report = scanned(write, "\n".join(marked))
        assert ignored(report) == ["" if n in (2, 3, 4, 7) else None], n
        assert bool(report.notes) == (n in (5, 6))
        if n == line:
            assert report.exit_code == 0


def test_a_comment_on_the_head_of_a_block_is_not_about_the_block(write, missing):
    text = f"import tensorflow as tf\nwith tf.device('x'):  # plaidml: ignore\n    {missing}\nif {missing}:  # plaidml: ignore\n    pass\n"
    report = scanned(write, text)
    assert [f.ignored for f in report.findings if f.use.name == missing] == [None, ""]


@pytest.mark.parametrize(("line", "counts"), [(2, True), (3, True), (4, True), (5, False), (6, False)])
def test_the_head_of_a_block_ends_where_the_block_begins(write, missing, line, counts):
    lines = ["import tensorflow as tf", "with open(", f"    {missing}", "):", "    x = 1", "    y = 2"]
    lines[line - 1] += "  # plaidml: ignore"
    assert ignored(scanned(write, "\n".join(lines))) == ["" if counts else None]


def test_a_whole_file(write, missing):
    body = f"import tensorflow as tf\n{missing}\n"
    report = scanned(write, f'#!/usr/bin/env python\n"""Doc."""\n# plaidml: ignore-file[a museum piece]\n{body}')
    assert [f.ignored for f in report.findings if f.rule != "device"] == ["a museum piece"] and report.exit_code == 0
    report = scanned(write, f"{body}# plaidml: ignore-file[too late]\n")
    assert ignored(report) == [None] and "stands behind code" in report.notes[0].reason
    report = scanned(write, "# plaidml: ignore-file[a template]\nprint 'x'\n")
    assert report.exit_code == 0 and not report.problems and report.files == ("a.py",)


def test_comments_in_vain_are_noted(write, missing):
    text = f"""import tensorflow as tf
x = 1  # plaidml: ignore[nothing here]
tf.constant(1)  # plaidml: ignore
{missing}  # plaidml: ignore[not-built, slow]
{missing}  # plaidml: ignore[not-buit]
{missing}  # plaidml: ingore
y = "# plaidml: ignore"  # about plaidml: nothing
"""
    report = scanned(write, text)
    assert [n.line for n in report.notes] == [5, 6, 2, 3, 4]
    typo, word, nothing, works, part = report.notes
    assert "not-built" in typo.reason and "'ignore'" in word.reason and "nothing to ignore" in nothing.reason
    assert "nothing to ignore" in works.reason and "slow" in part.suggestion and "not-built" not in part.suggestion
    assert report.exit_code == 1 and [f.ignored is None for f in report.findings if f.use.name == missing] == [False, False, True]


def test_what_is_not_selected_is_not_ignored_in_vain(write, missing):
    report = scanned(write, f"import tensorflow as tf\n{missing}  # plaidml: ignore\n", select=("slow",))
    assert not report.notes and not report.findings

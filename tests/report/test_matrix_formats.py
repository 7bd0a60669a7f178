"""The matrix as text and Markdown: nothing is lost on the way, and what is not known is not said."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from _measurements import HERE, SHIPPED

import plaidml_compat
from plaidml_compat.report import markdown, names
from plaidml_compat.report.matrix import building as matrix
from plaidml_compat.report.matrix import words as matrix_words
from plaidml_compat.report.matrix.formats import Reading
from plaidml_compat.report.matrix.formats import markdown as matrix_markdown
from plaidml_compat.report.matrix.formats import text as matrix_text

PROG = "plaidml-compat matrix"


@pytest.fixture(scope="module")
def shipped(device_id):
    plaidml_compat.install(device_id)
    return matrix.build([SHIPPED])


@pytest.fixture(scope="module")
def measured(shipped):
    return matrix.build([SHIPPED, HERE])


def text(found, shown, **how):
    return matrix_text.render(found, Reading(shown, PROG, **how))


def said(found, name):
    """label -> what is said of a name, its lines joined."""
    lines = text(found.only([name]), "details", width=100).splitlines()[1:]
    said: dict[str, str] = {}
    for line in lines:
        label, rest = line[2:16].strip(), line[18:]
        key = label or list(said)[-1]
        said[key] = f"{said[key]} {rest}" if key in said else rest
    return said


def test_status_words():
    assert tuple(matrix_words.STATUSES) == tuple(matrix_text._COLOURS) == names.STATUSES
    assert set(matrix_words.REPEATS) == set(names.Determinism)


# -------------------------------------------------------------------------------------------------------------- text
def test_the_summary_fits_80_columns(shipped):
    assert max(map(len, text(shipped, "summary").splitlines())) <= 80


def test_the_summary_counts(shipped):
    found, totals = text(shipped, "summary"), shipped.totals
    assert found.startswith(f"{totals.names:,} names: TensorFlow 2.15.1 and 2.21.0 in plaidml_compat ")
    for status, n in totals.by_status.items():
        assert re.search(rf"^  {status} +{n:,}  ", found, re.MULTILINE)
    table = {m[1]: m.groups()[1:] for m in re.finditer(r"^(\S+) +(\d+) +(\S+) +(\S+) +(\S+) +(\S+)$", found, re.MULTILINE)}
    for family, counts in totals.by_family.items():
        if set(k for k, n in counts.items() if n) == {"not built"}:
            assert f"{family} ({counts['not built']})" in " ".join(found.split())
        else:
            shown = [str(counts[s] or "-") for s in ("device", "host", "unsupported", "not built")]
            assert table[family] == (str(sum(counts.values())), *shown)


def test_the_summary_says_what_was_measured_where(shipped, measured):
    found = " ".join(text(shipped, "summary").split())
    assert f"Nothing was measured on this machine; {PROG} --measure does." in found
    assert "Measured by the project: opencl_x.0 on another machine, 2026-11-23." in found
    found = " ".join(text(measured, "summary").split())
    assert "Measured here: 2 of them; llvm_cpu.0 on this machine, 2026-11-24." in found
    assert "device limits host 100 5 0.5 tf.cast" in found, "and the numbers"
    assert "Nothing was measured" not in found


def test_a_line_a_name(shipped, measured):
    lines = text(shipped, "lines").splitlines()
    listed = [
        x for x in lines[1 : lines.index("model: in a model (limits: on the device within limits; head: on the host at")] if x[:1].strip()
    ]
    assert [x.split()[-1] for x in listed] == names.all_names()
    some = " ".join(text(shipped.only(["tf.data.Dataset.sparse_batch"]), "lines").split())
    about = names.about("tf.data.Dataset.sparse_batch")
    assert f"tf.data.Dataset.sparse_batch {about.reason}. {about.instead} model:" in some, "with the reason, and what to use instead"
    assert "Not measured on this machine." in lines
    assert re.search(r"^not built +- +- +tf\.image\.ssim$", "\n".join(lines), re.MULTILINE)
    lines = text(measured, "lines")
    assert re.search(r"^device +limits +host +100 +5 +0\.5 +tf\.cast$", lines, re.MULTILINE)
    assert re.search(r"^host +no +host +- +- +- +tf\.shape$|^device +\S+ +host +- +- +- +tf\.shape$", lines, re.MULTILINE)
    assert "-: not measured." in lines and "Not measured on this machine" not in lines
    assert text(shipped.only(["tf.nothing.*"]), "lines") == "No name fits.\n"


def test_all_about_a_name(shipped, measured):
    found = said(shipped, "tf.cast")
    assert found["measured"] == "not measured on this machine"
    assert found["by project"] == "opencl_x.0 on another machine, 2026-11-23: device 7 images/s"
    found = said(measured, "tf.cast")
    measured_here = "host 100 images/s, error 0, repeatable; device 5 images/s, error 0.5, not the same bits twice; called with a sample"
    assert found["measured"] == measured_here
    assert said(measured, "tf.shape")["measured"] == "host takes no images"
    about = names.about("tf.keras.layers.RandAugment")
    found = said(shipped, "RandAugment")
    assert (found["why host"], found["->"]) == (about.reason, about.instead)
    assert about.parity in found["declared"] and "TensorFlow's random numbers for the same seed" in found["declared"]
    assert said(shipped, "tf.image.ssim") == {
        "why not": names.about("tf.image.ssim").reason,
        "TensorFlow": "2.15.1, 2.21.0",
    }


def test_every_limit_and_slow_op_is_said_with_what_to_do(shipped):
    row = next(r for r in shipped.rows if r.name == "tf.cast")
    assert row.in_model.limits
    found = " ".join(text(shipped.only(["tf.cast"]), "details", width=80).split())
    for x in row.in_model.limits + row.slow:
        assert x.reason in found and x.advice in found


def test_colours_change_no_word(shipped):
    for shown in ("summary", "details"):
        some = shipped.only(families=["tf.image"]) if shown == "details" else shipped
        coloured = text(some, shown, colours=True)
        assert "\x1b[" in coloured
        assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == text(some, shown)


# ---------------------------------------------------------------------------------------------------------- Markdown
@pytest.fixture(scope="module")
def page(measured):
    return matrix_markdown.render(measured, Reading())


def test_every_name_has_its_line_in_markdown(page):
    listed = re.findall(r"^(?:\| |\* )`([^`]+)`(?: \||$)", page, re.MULTILINE)
    assert Counter(listed) == Counter(names.all_names())


def test_the_markdown_is_sound(page):
    columns = None
    for line in page.splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else None
        assert cells is None or columns in (None, cells), line
        columns = cells
    headings = {"".join(c for c in h.lower() if c.isalnum() or c in "_-") for h in re.findall(r"^## `?([^`\n]*)`?$", page, re.MULTILINE)}
    links = re.findall(r"\]\(#([^)]+)\)", page)
    assert links and set(links) <= headings


def test_markdown_has_what_was_measured(page):
    row = next(x for x in page.splitlines() if x.startswith("| `tf.cast`"))
    assert [c.strip() for c in row.split("|")][-5:-1] == ["- / 7", "-", "100 / 5", "0 / 0.5"]
    assert re.search(r"\* `tf\.cast`: \*measured on the device, llvm_cpu\*: not the same bits twice\.", page)
    assert re.search(r"\* `tf\.shape`.*: \*measuring on the host, llvm_cpu\*: takes no images\.", page)
    assert "* Measured here: llvm_cpu.0 on this machine, 2026-11-24" in page


def test_nothing_in_a_text_is_markdown():
    assert markdown.escaped("a|b *c* <d> [e](f) __g__ `__h__ *`") == r"a\|b \*c\* \<d> \[e](f) \_\_g\_\_ `__h__ *`"
    assert markdown.escaped("one ` alone") == "one ' alone"

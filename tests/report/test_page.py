"""The matrix's page as a document: whole, safe, self-contained, and honest about what was measured."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace

import pytest
from _html_tree import Element, Tree
from page_samples import GPU, HERE, XEON, cell, few, matrix, row

from plaidml_compat.report.about import Bound, Slowness
from plaidml_compat.report.matrix.building import build
from plaidml_compat.report.matrix.page import render
from plaidml_compat.report.matrix.page.marks import slug
from plaidml_compat.report.matrix.row import IN_MODEL, Declared, InModel, Source
from plaidml_compat.report.matrix.words import PLACES
from plaidml_compat.report.names import STATUSES, all_names


def tree(rows=None, measurements=(XEON, GPU), **about):
    return Tree(render(matrix(few() if rows is None else rows, measurements, **about))).root


def bodies(root):
    table = next(t for t in root.all("table") if t.attributes.get("id") == "names")
    return {b.attributes["id"]: b for b in table.all("tbody")}


def described(body):
    """What opens below a row: term -> descriptions."""
    found = {}
    for c in next(body.all("dl")).children:
        if c.tag == "dt":
            term = c.text
        else:
            found.setdefault(term, []).append(c.text)
    return found


def by_header(root, name):
    """The cells of a row by (what is said over their column, header)."""
    table = next(t for t in root.all("table") if t.attributes.get("id") == "names")

    def spread(line):
        return [c for c in line.children for _ in range(int(c.attributes.get("colspan", 1)))]

    over, under = next(table.all("thead")).all("tr")
    cells = next(bodies(root)[name].all("tr"))
    assert len(spread(over)) == len(spread(under)) == len(spread(cells))
    return {(o.text, u.text): c for o, u, c in zip(spread(over), spread(under), spread(cells))}


def test_every_row_of_the_matrix_is_there_what_works_first():
    found = list(bodies(tree()))
    assert sorted(found) == sorted(r.name for r in few())
    assert [n for n in found if n.startswith("tf.image")] == ["tf.image.flip", "tf.image.warp", "tf.image.zoom", "tf.image.ssim"]
    assert found.index("tf.io.decode") > found.index("tf.keras.layers.Resizes")


def test_row_says_status_place_reason_and_way_out():
    body = bodies(tree())["tf.io.decode"]
    words = [c.text for c in next(body.all("tr")).children]
    assert words[:6] == ["tf.io.decode", "no device kernel Apply it in Dataset.map", "host", "no", "host", ""]


def test_details_hold_limits_slowness_and_what_is_declared():
    root = tree()
    found = described(bodies(root)["tf.image.warp"])
    assert found["Limits on the device"] == ["on opencl: sides above 4096 Resize first"]
    assert found["Slow on the device"] == ["20 ms against 2 ms Use the host"]
    assert found["Agreement"] == ["to 1e-4"] and found["Repeated"] == ["TensorFlow's random numbers for the same seed"]
    assert found["Tolerance"] == ["samples differ by 0.0001 at most, on opencl by 0.0002"]
    assert described(bodies(root)["tf.keras.layers.Resizes"])["Same as"] == ["tf.image.zoom"]
    assert "Limits on the device" not in described(bodies(root)["tf.image.flip"])


def test_not_built_says_just_that():
    body = bodies(tree())["tf.image.ssim"]
    assert [c.text for c in next(body.all("tr")).children if c.text] == ["tf.image.ssim", "not built"]
    assert set(described(body)) == {"Why", "In TensorFlow"}


def test_numbers_stand_below_the_measurement_that_gave_them():
    cells = by_header(tree(), "tf.image.flip")
    xeon = "Measured by the project llvm_cpu.0 on 2 cores of a Xeon, 2026-01-02"
    gpu = "Measured by the project a GPU on 16 cores, 2026-01-02"
    found = {k: c.attributes.get("data-v") for k, c in cells.items() if k[0].startswith("Measured")}
    assert found == {
        (xeon, "error largest"): "0.0",
        (xeon, "host images/s"): "100.0",
        (xeon, "device images/s"): "90000.0",
        (gpu, "error largest"): "0.5",
        (gpu, "host images/s"): None,
        (gpu, "device images/s"): "23.0",
        ("Measured here ", "nothing"): None,
    }
    assert cells["Declared in the code", "Tolerance"].text == "0.01"
    assert cells["Measured here ", "nothing"].text == "not measured"


def test_error_is_the_larger_one_of_host_and_device():
    twice = row("tf.twice", measured=[cell(XEON, "host", error=0.25), cell(XEON, "device", error=0.125)])
    cells = by_header(tree([twice]), "tf.twice")
    assert [c.text for (over, under), c in cells.items() if under.startswith("error")] == ["0.25", "\N{EN DASH}"]


def test_details_tell_the_projects_measurements_from_this_machines():
    root = tree(measurements=(HERE, XEON), rows=[row("tf.a", measured=[cell(HERE, rate=5.0, note="on battery")]), row("tf.b")])
    assert described(bodies(root)["tf.a"])["Measured by the project"] == ["llvm_cpu.0 on 2 cores of a Xeon, 2026-01-02: not measured"]
    (here,) = described(bodies(root)["tf.a"])["Measured here"]
    assert here == "llvm_cpu.0 on this laptop, 2026-03-04: host 5 images/s, on battery"
    assert described(bodies(root)["tf.b"])["Measured here"] == ["llvm_cpu.0 on this laptop, 2026-03-04: not measured"]
    cells = by_header(root, "tf.a")
    assert list(dict.fromkeys(over for over, _ in cells))[2:] == [
        "Measured by the project llvm_cpu.0 on 2 cores of a Xeon, 2026-01-02",
        "Measured here llvm_cpu.0 on this laptop, 2026-03-04",
    ]


def test_nothing_measured_here_says_so_and_how():
    root = tree()
    assert described(bodies(root)["tf.image.flip"])["Measured here"] == ["not measured on this machine"]
    assert any("matrix --measure" in li.text for li in root.all("li"))
    assert not any("matrix --measure" in li.text for li in tree(measurements=(HERE,)).all("li"))


def test_totals_are_those_of_the_matrix():
    root = tree()
    found = {li.attributes["data-status"]: next(li.all("strong")).text for li in root.all("li") if "data-status" in li.attributes}
    assert found == {"device": "4", "host": "2", "unsupported": "1", "not built": "1"}
    assert "6 of 8 names work" in next(root.all("header")).text
    families = next(t for t in root.all("table") if t.attributes.get("class") == "families")
    lines = [[c.text for c in tr.children if not isinstance(c, str)] for tr in families.all("tr")]
    assert lines[0] == ["Family", "names", "device", "host", "unsupported", "not built"]
    assert ["tf.image", "4", "3", "", "", "1"] in lines


def test_page_of_some_rows_or_of_one_engine_says_so():
    assert "This page holds some rows alone: families tf.image." in next(tree(filters={"families": ["tf.image"]}).all("header")).text
    assert "for the engine opencl alone" in next(tree(engine="opencl", device="a GPU").all("header")).text
    assert "alone" not in next(tree().all("header")).text


HOSTILE = '</style></script><script>alert(1)</script><img src=x onerror=alert(1)>"\' onclick="alert(1)&amp;'


def test_everything_is_escaped():
    x = HOSTILE
    bad = row(x, "host", family=x, reason=x, instead=x, source=x, same_as=x, versions=(x,), in_map=x, slow=(Slowness(x, x, x, x),))
    bad = replace(bad, in_model=InModel(x, (), (Bound(x, x, x, x, x),), x, x), declared=Declared(x))
    measured = Source(x, x, x, x, x, False, 0)
    bad = replace(bad, measured=(cell(measured, note=x, call=x),))
    root = tree([bad], [measured], version=HOSTILE, device=HOSTILE, engine=HOSTILE, filters={"names": [HOSTILE]}, tensorflow=(HOSTILE,))
    assert len(list(root.all("script"))) == 1 and not list(root.all("img"))
    body = bodies(root)[HOSTILE]
    assert described(body)["Why"] == [HOSTILE]
    assert HOSTILE in next(root.all("header")).text
    seen = set()

    def walk(e):
        for c in e.children:
            if isinstance(c, Element):
                seen.update(c.attributes)
                walk(c)

    walk(root)
    assert not {a for a in seen if a.startswith("on")} and "src" not in seen


def test_page_asks_nobody_for_anything():
    html = render(matrix(few()))
    root = Tree(html).root
    (policy,) = [m.attributes["content"] for m in root.all("meta") if m.attributes.get("http-equiv") == "Content-Security-Policy"]
    rules = dict(r.strip().split(" ", 1) for r in policy.split(";"))
    assert rules.pop("default-src") == "'none'" and rules.pop("base-uri") == "'none'" and rules.pop("form-action") == "'none'"
    assert rules.pop("img-src") == "data:"
    for tag in ("style", "script"):
        (element,) = root.all(tag)
        digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert rules.pop(f"{tag}-src") == f"'sha256-{digest}'" and not element.attributes
    assert not rules
    assert not re.search(r"\w://|[\"'(=]//|url\(|@import|\bimport\(|fetch\(|XMLHttpRequest|sendBeacon|WebSocket", html)
    links = [e.attributes["href"] for tag in ("a", "link") for e in root.all(tag)]
    assert links and all(h.startswith("#") or h == "data:," for h in links)


def test_document_has_title_language_headings_and_captions():
    root = tree()
    assert next(root.all("html")).attributes["lang"] == "en"
    assert next(root.all("title")).text == next(root.all("h1")).text
    assert len(list(root.all("h1"))) == 1 and {h.text for h in root.all("h2")} == {"Totals", "Names"}
    assert all(len(list(t.all("caption"))) == 1 for t in root.all("table"))
    assert all(th.attributes.get("scope") for th in root.all("th"))
    ids = re.findall(r'\bid="([^"]*)"', render(matrix(few())))
    assert len(ids) == len(set(ids))


def test_nothing_that_needs_the_script_shows_without_it():
    root = tree()
    assert not [b for b in root.all("button") if not _inside_hidden(b)] and not [s for s in root.all("select") if not _inside_hidden(s)]
    assert "JavaScript" in next(root.all("noscript")).text


def _inside_hidden(element):
    while element:
        if "hidden" in element.attributes:
            return True
        element = element.parent
    return False


def test_same_bytes_every_time():
    assert render(matrix(few())) == render(matrix(few()[::-1]))


def _style():
    return next(tree().all("style")).text


@pytest.mark.parametrize("words", [f"s-{slug(s)}" for s in STATUSES] + [f"m-{slug(w)}" for w in IN_MODEL])
def test_every_mark_has_a_shape(words):
    assert re.search(rf'\.{re.escape(words)}::before[^{{}}]*\{{ content: "\S"; content: "\S" / ""; \}}', _style())


def test_shapes_of_statuses_and_of_places_differ():
    shape = {
        w: s
        for ws, s in re.findall(r'([^{}]*)\{ content: "(\S)"; content: "\S" / ""; \}', _style())
        for w in re.findall(r"[sm]-[a-z-]+", ws)
    }
    for kind in "sm":
        shapes = [s for w, s in shape.items() if w.startswith(kind)]
        assert len(shapes) >= 4 and len(shapes) == len(set(shapes))


def _luminance(colour):
    values = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_contrast_of_text_is_at_least_4_5_in_both_themes():
    colours = {n: (a, b) for n, a, b in re.findall(r"--([a-z-]+): light-dark\((#\w{6}), (#\w{6})\)", _style())}
    grounds, lines = {"paper", "raised"}, {"line"}
    texts = set(colours) - grounds - lines
    assert texts >= {"ink", "muted", "link", "device", "host", "unsupported", "not-built"}
    for theme in (0, 1):
        for text in texts:
            for ground in grounds:
                light, dark = sorted((_luminance(colours[text][theme]), _luminance(colours[ground][theme])), reverse=True)
                assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, ground, theme)


def test_places_have_a_meaning_each():
    assert tuple(PLACES) == IN_MODEL


def test_details_say_what_was_called():
    (_, gpu) = described(bodies(tree())["tf.image.flip"])["Measured by the project"]
    assert gpu == "a GPU on 16 cores, 2026-01-02: device 23 images/s, error 0.5, a note of the GPU; called with float32 4x4, sample 'a'"


def test_page_of_the_real_matrix(tf):
    html = render(build())
    assert sorted(re.findall(r'<tbody id="([^"]*)"', html)) == all_names()
    assert len(html) < 4e6

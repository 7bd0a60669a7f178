"""An op with a clock of its own, the profile of a training, programs to scan, the matrix's page in a browser."""

from __future__ import annotations

import ast
import shutil
import textwrap
import threading
import time

import pytest
from _profiles import X, Y, model
from page_samples import few, many, matrix, row

import plaidml_compat
from plaidml_compat import registry
from plaidml_compat.registry import op
from plaidml_compat.report import names
from plaidml_compat.report.matrix import building
from plaidml_compat.report.matrix.page import render
from plaidml_compat.tensor import Tensor

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
)


@pytest.fixture
def clocked():
    """An op that sleeps, with its own clock: seconds and thread of each call."""
    took = []
    with registry.temporary():

        @op("tf.clocked")
        def clocked_host(x: Tensor, seconds: float = 0.002):
            start = time.perf_counter()
            time.sleep(seconds)
            took.append((time.perf_counter() - start, threading.get_ident()))
            return x

        clocked_host.took = took
        yield clocked_host


@pytest.fixture(scope="package")
def fitted(device_id):
    """The profile of five steps of training, by `fit` with and without overlap, and how long `fit` took."""
    plaidml_compat.install(device_id)
    import tensorflow as tf

    profiles = {}
    for overlap in (False, True):
        made = model(tf)
        with plaidml_compat.overlapping(overlap):
            start = time.perf_counter()
            with plaidml_compat.profile(sites=True) as p:
                made.fit(X, Y, batch_size=4, epochs=1, verbose=0)
            profiles[overlap] = p, time.perf_counter() - start
    return profiles


@pytest.fixture(scope="module")
def whole(device_id):
    """The matrix of what is declared, without measurements."""
    plaidml_compat.install(device_id)
    return building.build()


@pytest.fixture(scope="module")
def rows(whole):
    """The rows of `whole`, by name."""
    return {r.name: r for r in whole.rows}


@pytest.fixture
def missing(tf):
    """A name that is not built, as the registry says."""
    return next(n for n in names.all_names() if n.startswith("tf.image.") and names.about(n).status == "not built")


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write a file of the current folder."""
    monkeypatch.chdir(tmp_path)

    def write(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return name

    return write


@pytest.fixture
def told(tf):
    """What is told of a program."""
    from plaidml_compat.report.scanner import judging, resolving

    return lambda program: [judging.judge(use, "x.py") for use in resolving.uses(ast.parse(textwrap.dedent(program).lstrip("\n")))]


@pytest.fixture
def refused(told):
    """(line, name, rule, reason) of what is said to fail in a program."""
    from plaidml_compat.report.scanner.rules import FAILS

    return lambda program: [(f.use.line, f.use.name, f.rule, f.reason) for f in told(program) if f.rule in FAILS]


@pytest.fixture
def lines(refused):
    """The lines of a program below the import of TensorFlow that are said to fail, from 1."""
    return lambda program: sorted({line - 1 for line, *_ in refused(f"import tensorflow as tf\n{textwrap.dedent(program).strip()}")})


@pytest.fixture(scope="module")
def browser():
    """Headless Chromium."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is missing: pip install playwright")
    if CHROMIUM is None:
        pytest.skip("chromium is missing: apt-get install chromium")
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS.split(), headless=True)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def page_files(tmp_path_factory):
    """The addresses of a small page and of one with as many rows as TensorFlow has names."""
    folder = tmp_path_factory.mktemp("page")
    long_name = row("tf.keras.layers." + "AnExceedinglyLongName" * 5, reason="why " * 40)
    for name, rows in (("few", few()), ("many", many()), ("long", [long_name])):
        (folder / f"{name}.html").write_text(render(matrix(rows)), encoding="utf-8")
    return {name: (folder / f"{name}.html").as_uri() for name in ("few", "many", "long")}


@pytest.fixture
def opened(browser, page_files):
    """`opened(hash, ...)`: a page in a new profile; what it asks for beside its file, and what it complains about, fails the test."""
    contexts, asked, said = [], [], []

    def open_(state="", file="few", context=None, **options):
        if context is None:
            context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
            contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(5000)
        page.on("request", lambda r: asked.append(r.url))
        page.on("console", lambda m: said.append(m.text))
        page.on("pageerror", lambda e: said.append(str(e)))
        page.goto(page_files[file] + (f"#{state}" if state else ""))
        return page

    yield open_
    for c in contexts:
        c.close()
    assert asked and {a.partition("#")[0] for a in asked} <= set(page_files.values()) | {"data:,"}
    assert not said

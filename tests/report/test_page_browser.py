"""The matrix's page in headless Chromium: filters, sorting, themes, keyboard, addresses, paper, speed; no request and no complaint."""

from __future__ import annotations

import re

import pytest
from _pages import shown, state, status_button
from page_samples import few


def test_search_looks_at_names_reasons_and_alternatives(opened):
    page = opened()
    search = page.locator("#ui-search")
    for words, names in (
        ("IMAGE.wa", ["tf.image.warp"]),
        ("sparse", ["tf.sets.union"]),
        ("numpy sets", ["tf.sets.union"]),
        ("numpy image", []),
    ):
        search.fill(words)
        assert shown(page) == names
    assert page.locator("#ui-nothing").is_visible() and "0 of 8 names" in page.locator("#ui-shown").inner_text()
    search.press("Escape")
    assert len(shown(page)) == 8 and not page.locator("#ui-nothing").is_visible()


def test_filters_by_family_place_and_status_hold_together(opened):
    page = opened()
    page.select_option("#ui-family", "tf.image")
    assert set(shown(page)) == {"tf.image.flip", "tf.image.warp", "tf.image.zoom", "tf.image.ssim"}
    page.select_option("#ui-where", "device")
    assert shown(page) == ["tf.image.flip", "tf.image.zoom"]
    page.select_option("#ui-where", "device within limits")
    assert shown(page) == ["tf.image.warp"]
    page.select_option("#ui-where", "map")
    assert shown(page) == ["tf.image.flip", "tf.image.warp", "tf.image.zoom"]
    status_button(page, "host").click()
    assert shown(page) == []
    page.click("#ui-reset")
    assert len(shown(page)) == 8 and page.locator("#ui-reset").is_disabled()


def test_totals_are_filters_that_add_up(opened):
    page = opened()
    status_button(page, "not built").click()
    assert shown(page) == ["tf.image.ssim"]
    status_button(page, "unsupported").click()
    assert shown(page) == ["tf.sets.union", "tf.image.ssim"]
    assert status_button(page, "not built").get_attribute("aria-pressed") == "true"
    assert "2 of 8 names: status not built or unsupported" in page.locator("#ui-shown").inner_text()
    status_button(page, "not built").click()
    status_button(page, "unsupported").click()
    assert len(shown(page)) == 8 and status_button(page, "not built").get_attribute("aria-pressed") == "false"


def test_numbers_sort_as_numbers_and_nothing_comes_last(opened):
    page = opened()
    for column, ascending in (
        ("measured-0-host", ["warp", "zoom", "flip"]),  # 9.5, 23, 100
        ("measured-0-device", ["zoom", "warp", "flip"]),  # 3, 1200, 90000
        ("measured-0-error", ["flip", "warp"]),  # 0, 2.5e-5
        ("tolerance", ["warp", "flip"]),  # 0.0001, 0.01
        ("measured-1-device", ["flip"]),
    ):
        header = page.locator(f"th[data-sort='{column}']")
        header.locator("button").click()
        assert header.get_attribute("aria-sort") == "ascending"
        up = shown(page)
        assert up[: len(ascending)] == [f"tf.image.{n}" for n in ascending]
        header.locator("button").click()
        assert header.get_attribute("aria-sort") == "descending"
        down = shown(page)
        assert down[: len(ascending)] == [f"tf.image.{n}" for n in ascending[::-1]]
        assert up[len(ascending) :] == down[len(ascending) :] == sorted(up[len(ascending) :])
        assert page.locator("[aria-sort]").count() == 1


def test_words_sort_by_name_by_status_and_by_place(opened):
    page = opened()
    page.click("th[data-sort=name] button")
    names = shown(page)
    assert names == sorted(r.name for r in few())
    page.click("th[data-sort=name] button")
    assert shown(page) == names[::-1]
    page.click("th[data-sort=status] button")
    assert shown(page)[-3:] == ["tf.keras.layers.RandomWidth", "tf.sets.union", "tf.image.ssim"]
    page.click("th[data-sort=model] button")
    assert shown(page)[3:6] == ["tf.image.warp", "tf.keras.layers.RandomWidth", "tf.io.decode"]


def test_theme_follows_the_system_until_it_is_chosen_and_is_kept(opened):
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light, page = (opened(color_scheme=s) for s in ("light", "dark"))
    grounds = {"light": light.evaluate(ground), "dark": page.evaluate(ground)}
    assert grounds["light"] != grounds["dark"]
    page.select_option("#ui-theme", "light")
    assert page.evaluate(ground) == grounds["light"]
    again = opened(context=page.context)
    assert again.evaluate(ground) == grounds["light"] and again.locator("#ui-theme").input_value() == "light"
    again.select_option("#ui-theme", "")
    assert again.evaluate(ground) == grounds["dark"]


def test_all_of_it_by_keyboard(opened):
    page = opened()
    focused = (
        "(e => e.id || e.parentElement.dataset.sort || e.parentElement.dataset.status || e.getAttribute('aria-label') || e.textContent)"
    )
    stops, ring = [], []
    for _ in range(30):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(f"{focused}(document.activeElement)"))
        ring.append(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
        if stops[-1].startswith("Details of"):
            break
    assert stops[:6] == ["To the table", "ui-theme", "device", "host", "unsupported", "not built"]
    assert stops[6:11] == ["How to read this", "By family", "ui-search", "ui-family", "ui-where"]
    assert stops[11:17] == ["name", "status", "model", "map", "tolerance", "measured-0-error"]
    assert stops[-1] == "Details of tf.image.flip" and "none" not in ring
    toggle = page.locator(":focus")
    for key, expanded in (("Enter", "true"), ("Space", "false"), ("Space", "true")):
        page.keyboard.press(key)
        assert toggle.get_attribute("aria-expanded") == expanded
        assert page.locator(f"[id='{toggle.get_attribute('aria-controls')}']").is_visible() == (expanded == "true")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "ui-search"
    page.keyboard.type("a/b")
    assert page.locator("#ui-search").input_value() == "a/b"
    page.keyboard.press("Escape")
    page.locator("th[data-sort=name] button").focus()
    page.keyboard.press("Enter")
    assert page.locator("th[data-sort=name]").get_attribute("aria-sort") == "ascending"
    assert page.evaluate(f"{focused}(document.activeElement)") == "name"
    status_button(page, "host").focus()
    page.keyboard.press("Space")
    assert shown(page) == ["tf.io.decode", "tf.keras.layers.RandomWidth"]


def test_mouse_opens_a_row_anywhere_but_on_selected_words_and_links(opened):
    page = opened()
    name = page.locator("[id='tf.keras.layers.Resizes'] th code")
    details = page.locator("[id='tf.keras.layers.Resizes'] .more")
    name.click()
    assert details.is_visible()
    name.dblclick()  # selects a word: closed by the first click, not opened by the second
    assert page.evaluate("getSelection().toString()") and not details.is_visible()
    page.locator("h1").click()  # nothing is selected
    name.click()
    details.locator("a", has_text=re.compile("^tf.image.zoom$")).click()
    page.locator("[id='tf.image.zoom'] .more").wait_for()
    assert details.is_visible()


def test_address_keeps_what_is_shown(opened):
    page = opened("status=device,host&sort=-name&q=tf.i")
    expected = ["tf.io.decode", "tf.image.zoom", "tf.image.warp", "tf.image.flip"]
    assert shown(page) == expected and page.locator("#ui-search").input_value() == "tf.i"
    page.reload()
    assert shown(page) == expected
    page.fill("#ui-search", "& = #")
    page.select_option("#ui-family", "tf.image")
    after = state(page)
    page.reload()
    assert page.locator("#ui-search").input_value() == "& = #" and page.locator("#ui-family").input_value() == "tf.image"
    assert state(page) == after
    page.click("#ui-reset")
    assert state(page) == "#sort=-name"
    page.evaluate("location.hash = 'family=tf.sets'")
    page.locator("#ui-shown", has_text="family tf.sets").wait_for()
    assert shown(page) == ["tf.sets.union"]


def test_address_of_a_name_opens_its_row(opened):
    page = opened("tf.image.warp")
    toggle = page.locator("[id='tf.image.warp'] .toggle")
    assert toggle.get_attribute("aria-expanded") == "true" and len(shown(page)) == 8
    page.fill("#ui-search", "union")
    state(page)
    page.evaluate("location.hash = 'tf.image.zoom'")
    page.wait_for_selector("[id='tf.image.zoom'] .more")
    assert len(shown(page)) == 8


def test_address_with_nonsense_is_survived(opened):
    page = opened()
    for nonsense, rows in (("%", 8), ("sort=nothing", 8), ("family=<b>x</b>", 0), ("names", 0), ("sort=", 8), ("q=%E0%A4%A", 0)):
        changed = "new Promise(done => { addEventListener('hashchange', () => setTimeout(done), { once: true }); location.hash = '%s' })"
        page.evaluate(changed % nonsense)
        assert len(shown(page)) == rows, nonsense


def test_without_javascript_it_is_a_document(opened):
    page = opened(java_script_enabled=False)
    assert page.locator(".more:visible").count() == 8 and page.locator("button:visible, select:visible, input:visible").count() == 0
    assert page.locator("noscript").is_visible()


CONTRASTS = """() => {
  const numbers = c => c.match(/[\\d.]+/g).map(Number);
  const light = c => numbers(c).slice(0, 3).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((s, v, i) => s + v * [0.2126, 0.7152, 0.0722][i], 0);
  const colour = e => getComputedStyle(e).backgroundColor, opaque = c => (numbers(c)[3] ?? 1) === 1;
  const ground = e => opaque(colour(e)) ? colour(e) : ground(e.parentElement);
  const found = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const e = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !e.checkVisibility() || e.closest(":disabled, option, noscript")) continue;
    const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((x, y) => y - x);
    found.push([(a + 0.05) / (b + 0.05), texts.currentNode.data.trim()]);
  }
  return found;
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_contrast_as_it_is_drawn(opened, theme):
    page = opened("tf.image.flip", color_scheme=theme)
    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    status_button(page, "device").click()
    found = page.evaluate(CONTRASTS)
    assert len(found) > 100
    assert not [f for f in found if f[0] < 4.5]


def test_marks_have_shape_and_word(opened):
    page = opened()
    marks = page.evaluate(
        "[...document.querySelectorAll('.statuses .mark')].map(m => [m.textContent, getComputedStyle(m, '::before').content.slice(1, 2)])"
    )
    assert marks == [["device", "●"], ["host", "■"], ["unsupported", "✕"], ["not built", "○"]]


def test_nothing_is_cut_off_at_any_width_and_phones_need_not_scroll_sideways(opened):
    long, page = opened(file="long"), opened("tf.image.warp")
    inside = "[...document.querySelectorAll('#names thead, #names tbody')].every(e => e.scrollWidth <= e.clientWidth)"
    for p in (long, page):
        for width in (1600, 1280, 961, 900, 360):
            p.set_viewport_size({"width": width, "height": 700})
            assert p.evaluate(inside), width
        assert p.evaluate("document.documentElement.scrollWidth") == 360
    for i in range(page.locator(".toggle").count()):
        box = page.locator(".toggle").nth(i).bounding_box()
        assert box["width"] >= 24 and box["height"] >= 24


def test_paper_has_the_filtered_rows_a_head_on_every_page_and_no_controls(opened):
    page = opened("family=tf.family1", file="many", color_scheme="dark")

    def sheets():
        return len(re.findall(rb"/Type /Page\b", page.pdf(prefer_css_page_size=True)))

    all_48 = sheets()
    page.fill("#ui-search", "number_11")
    found = len(shown(page))
    assert 0 < found < 10 and 1 <= sheets() < all_48
    page.emulate_media(media="print")
    assert page.locator("form:visible, .theme:visible, .toggle:visible, .bar:visible").count() == 0
    assert page.locator("#names tbody:visible").count() == found
    assert f"{found} of 3,312 names: family tf.family1, with “number_11”" in page.locator("#ui-shown").inner_text()
    display = page.evaluate("[...document.querySelectorAll('#names, #names thead')].map(e => getComputedStyle(e).display)")
    assert display == ["table", "table-header-group"]
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


SECONDS = """(act) => { // milliseconds until all is laid out again
  const t = performance.now();
  new Function(act)();
  document.body.offsetHeight;
  return performance.now() - t;
}"""
SEARCH = "const i = document.getElementById('ui-search'); i.value = '{}'; i.dispatchEvent(new Event('input'))"


READY = "(t => t.domContentLoadedEventEnd - t.domContentLoadedEventStart)(performance.getEntriesByType('navigation')[0])"


def test_3312_rows_are_ready_filtered_and_sorted_while_nobody_waits(opened):
    """Within 150 ms where the machine has nothing else to do."""
    page = opened(file="many")
    ready = [page.evaluate(READY)]
    page.reload()
    ready.append(page.evaluate(READY))
    assert min(ready) < 600, ready
    for acts in (
        [SEARCH.format("number_1"), SEARCH.format("")],
        ["document.querySelector('[data-status=host] button').click()"] * 2,
        ["document.querySelector('[data-sort=measured-0-host] button').click()"] * 2,
        ["document.querySelector('[data-sort=name] button').click()"] * 2,
    ):
        times = [[page.evaluate(SECONDS, act) for act in acts] for _ in range(3)]  # the least: others use this machine too
        assert max(min(t) for t in zip(*times)) < 600, (acts, times)
    assert len(shown(page)) == 3312

"""What a page in a browser shows, and its controls."""

from __future__ import annotations


def shown(page):
    return page.evaluate("[...document.querySelectorAll('#names tbody')].filter(b => b.getClientRects().length).map(b => b.id)")


def state(page):
    page.wait_for_timeout(250)  # the address follows after a moment
    return page.evaluate("location.hash")


def status_button(page, status):
    return page.locator(f"[data-status='{status}'] > button")

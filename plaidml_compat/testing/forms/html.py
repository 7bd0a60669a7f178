"""A report as one HTML page, which loads nothing."""

from __future__ import annotations

import html

from ..reports import Report
from ._tables import tables, total

_STYLE = """
:root { color-scheme: light dark }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem }
div { overflow-x: auto }
table { border-collapse: collapse; min-width: 100% }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #8886 }
td { overflow-wrap: anywhere; min-width: 6em }
td:first-child { font-family: ui-monospace, monospace }
td:nth-child(-n+2) { white-space: nowrap }
"""


def render(report: Report) -> str:
    """The report as an HTML page."""
    parts = [
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Tests on PlaidML</title>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<style>{_STYLE}</style></head><body><h1>Tests on PlaidML</h1><p>{html.escape(total(report))}</p>",
    ]
    for title, heads, rows in tables(report):
        head = "".join(f'<th scope="col">{html.escape(h)}</th>' for h in heads)
        body = "".join("<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in row) + "</tr>\n" for row in rows)
        parts.append(f"<h2>{html.escape(title.capitalize())}</h2>")
        parts.append(f"<div><table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div>")
    return "\n".join([*parts, "</body></html>\n"])

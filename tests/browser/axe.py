"""What axe-core finds on a page: the rules of WCAG 2.2, levels A and AA."""

from pathlib import Path

from playwright.sync_api import Page

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]


# What may change when the same page gets dark, or narrow.
OF_COLOUR_AND_SIZE = ["color-contrast", "target-size", "scrollable-region-focusable"]


def violations(page: Page, only: list[str] | None = None) -> list[tuple[str, str]]:
    """Return each rule that is broken, with the element that breaks it.

    Args:
        only: names of rules; None looks at all of them.
    """
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, iframes: false})", only or RULES
    )
    return [
        (one["id"], node["html"][:160])
        for one in found["violations"]
        for node in one["nodes"]
    ]

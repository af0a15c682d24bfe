"""What axe-core finds on a page: the rules of WCAG 2.2, levels A and AA."""

from pathlib import Path

from playwright.sync_api import Page

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]


def violations(page: Page) -> list[tuple[str, str]]:
    """Return each rule that is broken, with the element that breaks it."""
    page.evaluate(AXE)
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, iframes: false})", RULES
    )
    return [
        (one["id"], node["html"][:160])
        for one in found["violations"]
        for node in one["nodes"]
    ]

"""What axe-core finds on a page: the rules of WCAG 2.2, levels A and AA."""

from pathlib import Path

from playwright.sync_api import Page

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
# Saying in full what is right takes time, and nobody here reads it.
ONLY_WHAT_IS_WRONG = {"resultTypes": ["violations"]}

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 800}
# What may change when the same page gets dark, or narrow.
OF_COLOUR_AND_SIZE = ["color-contrast", "target-size", "scrollable-region-focusable"]


def violations(
    page: Page, only: list[str] | None = None, within: str = "html"
) -> list[tuple[str, str]]:
    """Return each rule that is broken, with the element that breaks it.

    Args:
        only: names of rules; None looks at all of them.
        within: the part that is looked at, as a selector.
    """
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    found = page.evaluate(
        "([part, wanted]) => axe.run(part, wanted)",
        [within, {"runOnly": only or RULES, "iframes": False, **ONLY_WHAT_IS_WRONG}],
    )
    return [
        (one["id"], node["html"][:160])
        for one in found["violations"]
        for node in one["nodes"]
    ]


def faults(
    page: Page, *sizes: dict[str, int], within: str = "html"
) -> list[tuple[str, ...]]:
    """Return what keeps people from using a page as it stands, by day and by night.

    A test of one part of the composer looks ``within`` that part; all of the composer
    is looked at once, in test_live_preview.

    By day each size is looked at by all rules, for a phone may show what a desk hides;
    after that night changes nothing but colours.
    """
    found: list[tuple[str, ...]] = []
    for size in sizes:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > size["width"]:
            found.append((f"{wide} pixels wide",))
        found += [(str(size), *fault) for fault in violations(page, None, within)]
        page.emulate_media(color_scheme="dark")
        by_night = violations(page, ["color-contrast"], within)
        found += [(f"{size} by night", *fault) for fault in by_night]
    return found

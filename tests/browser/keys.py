"""Going through a page as someone does who has no mouse."""


def tab_to(page, words):
    """Go on with Tab until something that says this has the focus."""
    for _press in range(250):
        page.keyboard.press("Tab")
        focus = page.locator(":focus")
        if focus.count() and words in (focus.text_content() or ""):
            return
    raise AssertionError(f"no Tab leads to “{words}”")

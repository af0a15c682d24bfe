"""MJML to HTML by mjml-python, with errors a person can read."""

import css_inline
import mjml


class CannotRender(Exception):
    """A template or a block could not become a mail; the text says which and why."""


def html_from_mjml(source: str, *, css: str = "") -> str:
    """Compile MJML and inline our own stylesheet, leaving MJML's media queries alone.

    Raises:
        CannotRender: the source is no valid MJML.
    """
    try:
        html: str = mjml.mjml2html(source, fonts={}, disable_comments=True)
    except ValueError as error:
        raise CannotRender(str(error)) from error
    except BaseException as error:
        # mrml panics with a PanicException, which derives from BaseException.
        if type(error).__name__ != "PanicException":
            raise
        raise CannotRender("the mail engine gave up") from error
    if not css:
        return html
    return css_inline.CSSInliner(
        inline_style_tags=False,
        keep_style_tags=True,
        extra_css=css,
        load_remote_stylesheets=False,
    ).inline(html)

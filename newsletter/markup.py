"""MJML to HTML by mjml-python, with errors a person can read."""

import logging
import re
import unicodedata

import css_inline
import mjml
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


class CannotRender(Exception):
    """A template or a block could not become a mail; the text says which and why."""


def _no_mail(error: BaseException) -> CannotRender:
    """Say it in words for an editor; the engine's own are for whoever reads the log."""
    logger.warning("no mail from this MJML: %s: %s", type(error).__name__, error)
    return CannotRender(
        _("Something in it has no place in a mail. Look for a strange sign.")
    )


def _as_reference(found: re.Match[str]) -> str:
    sign = found[0]
    if sign == "\\" or unicodedata.category(sign)[0] in "CMZ":
        return f"&#{ord(sign)};"
    return sign


def _in_safe_signs(source: str) -> str:
    """Write signs that the engine would spell out as character references.

    mrml prints attributes the way Rust debugs strings: a combining accent, a joiner of
    emoji or one of our marks comes out as ``\\u{e000}``, a backslash doubled (seen with
    1.4.2). References pass through untouched and mean the same.
    """
    return re.sub(r"[^\x00-\x5b\x5d-\x7f]", _as_reference, source)


def _with_marks(html: str) -> str:
    """Turn references to our own marks (private use) back into the marks."""
    return re.sub(
        r"&#(5734[4-9]|573[5-9]\d|57[4-9]\d\d|5[89]\d{3}|6[0-3]\d{3});",
        lambda found: chr(int(found[1])),
        html,
    )


def html_from_mjml(source: str, *, css: str = "") -> str:
    """Compile MJML and inline our own stylesheet, leaving MJML's media queries alone.

    Raises:
        CannotRender: the source is no valid MJML.
    """
    try:
        html: str = mjml.mjml2html(
            _in_safe_signs(source), fonts={}, disable_comments=True
        )
    except ValueError as error:
        raise _no_mail(error) from error
    except BaseException as error:
        # mrml panics with a PanicException, which derives from BaseException.
        if type(error).__name__ != "PanicException":
            raise
        raise _no_mail(error) from error
    html = _with_marks(html)
    if not css:
        return html
    return css_inline.CSSInliner(
        inline_style_tags=False,
        keep_style_tags=True,
        extra_css=css,
        load_remote_stylesheets=False,
    ).inline(html)

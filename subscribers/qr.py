"""QR codes (ISO/IEC 18004) of our own links, for paper and screens."""

import io

import segno

# A quarter of it may be covered or torn; print keeps its four light squares around.
_CORRECTION = "q"
_QUIET_ZONE = 4


def svg_of(url: str) -> bytes:
    """Return the code as a drawing that stays sharp at any size."""
    return _saved(url, "svg", scale=8, xmldecl=True)


def png_of(url: str) -> bytes:
    """Return the code as a picture of some 600 pixels, for who cannot place an SVG."""
    return _saved(url, "png", scale=16)


def _saved(url: str, kind: str, **options: int | bool) -> bytes:
    file = io.BytesIO()
    code = segno.make(url, error=_CORRECTION, micro=False)
    # White of its own: on a dark page or coloured paper no reader would see it.
    code.save(file, kind=kind, border=_QUIET_ZONE, light="white", **options)
    return file.getvalue()

"""Keep only the icons that the desk shows of the font that its editors bring.

The whole font weighs 128 kB, the icons in use 5: an editor also works in a train.
Material Icons are Google's, under the Apache License 2.0.

Run this with fontTools and Brotli (no dependencies of ours) when the package of an
editor changed, or when a kind of block gets another icon:

    python -m venv icons && icons/bin/pip install fonttools brotli
    icons/bin/python tools/icons.py $(.venv/bin/python tools/icons.py --where)
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
STATIC = ROOT / "newsletter" / "static"
# Ours stands before theirs in INSTALLED_APPS, so it is the one that is found.
FONTS = tuple(
    f"{package}/material-icons.woff2"
    for package in ("content_editor", "django_prose_editor")
)
KEPT = Path(__file__).with_suffix(".txt")
BLOCK_FORMS = ROOT / "newsletter" / "admin" / "block_forms.py"
_WORD = re.compile(r"""(?:["'`]|material-icons">)([a-z][a-z_0-9]{2,})(?=["'`<])""")


def words_in_scripts(packages: Path) -> set[str]:
    """Return every word in the editors' scripts and our kinds that may be an icon."""
    scripts = [
        *(packages / "content_editor" / "static").rglob("*.js"),
        *(packages / "content_editor").glob("*.py"),
        packages / "django_prose_editor/static/django_prose_editor/editor.js",
        BLOCK_FORMS,
    ]
    return {word for one in scripts for word in _WORD.findall(one.read_text())}


def write(packages: Path) -> None:
    """Write the small fonts, and the names of what is in them."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    font = TTFont(
        packages / "content_editor" / "static" / FONTS[0], recalcTimestamp=False
    )
    letters = {glyph: chr(code) for code, glyph in font.getBestCmap().items()}
    icons = {
        "".join(letters[one] for one in (first, *ligature.Component)): ligature.LigGlyph
        for lookup in font["GSUB"].table.LookupList.Lookup
        for table in lookup.SubTable
        for first, ligatures in getattr(table, "ExtSubTable", table).ligatures.items()
        for ligature in ligatures
    }
    names = sorted(words_in_scripts(packages) & icons.keys())
    subsetter = Subsetter(Options(layout_closure=False, flavor="woff2"))
    letters_used = "".join(sorted(set("".join(names))))
    subsetter.populate(glyphs=[icons[name] for name in names], text=letters_used)
    subsetter.subset(font)
    font.flavor = "woff2"
    for path in FONTS:
        (STATIC / path).parent.mkdir(exist_ok=True)
        font.save(STATIC / path)
    KEPT.write_text("\n".join(names) + "\n")


if __name__ == "__main__":
    if "--where" in sys.argv:
        import content_editor

        print(Path(content_editor.__file__).parents[1])
    else:
        write(Path(sys.argv[1]))

"""The small font of icons holds each that the desk shows."""

import re
from pathlib import Path

import content_editor
import pytest
from django.contrib.staticfiles import finders

from newsletter.admin.block_forms import LOOKS
from tools.icons import FONTS, KEPT

PACKAGES = Path(content_editor.__file__).parents[1]
KNOWN = set(KEPT.read_text().split())
MEND = "Run tools/icons.py: it tells how."


def names_in(pattern, *paths):
    scripts = [one for path in paths for one in PACKAGES.glob(path)]
    return {name for one in scripts for name in re.findall(pattern, one.read_text())}


def test_the_icon_of_each_kind_of_block_is_in_it():
    assert {icon for _kind, icon, _colour in LOOKS} <= KNOWN, MEND


def test_the_icons_of_the_list_of_blocks_are_in_it():
    shown = names_in('material-icons">([a-z_]+)', "content_editor/static/**/*.js")
    assert {"extension", "unfold_more"} <= shown
    assert shown <= KNOWN, MEND


def test_the_icons_of_the_text_editor_are_in_it():
    editor = "django_prose_editor/static/django_prose_editor/editor.js"
    shown = names_in(r'material\("([a-z_]+)"', editor)
    assert {"format_bold", "undo"} <= shown
    assert shown <= KNOWN, MEND


@pytest.mark.parametrize("font", FONTS)
def test_the_small_font_is_the_one_that_is_served(font):
    assert Path(finders.find(font)).stat().st_size < 12_000

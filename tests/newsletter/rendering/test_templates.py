"""The engine passes unknown tags on and drops unknown attributes: so none may come."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from newsletter.issues.blocks import BLOCK_MODELS

FOLDER = Path(settings.BASE_DIR) / "templates" / "email"
_WORDS = "align color font-family font-size font-style font-weight line-height"
ALLOWED = {
    "mj-head": "",
    "mj-title": "",
    "mj-preview": "",
    "mj-breakpoint": "width",
    "mj-raw": "",
    "mj-attributes": "",
    "mj-all": "font-family",
    "mj-class": f"name padding {_WORDS}",
    "mj-style": "",
    "mj-body": "background-color width css-class",
    "mj-section": "background-color css-class padding",
    "mj-column": "background-color css-class padding",
    "mj-text": f"css-class mj-class padding {_WORDS}",
    "mj-image": "align alt border-radius css-class font-size href padding src width",
    "mj-button": f"background-color border-radius css-class href inner-padding padding "
    f"{_WORDS}",
    "mj-divider": "align border-color border-width css-class padding width",
}


@pytest.mark.parametrize(
    "path", sorted(FOLDER.rglob("*.mjml")), ids=lambda path: path.name
)
def test_a_template_uses_only_what_the_engine_knows(path):
    source = re.sub(r"\{%.*?%\}", " ", path.read_text(), flags=re.DOTALL)
    for tag, inside in re.findall(r"<(mj-[a-z-]+)((?:\"[^\"]*\"|[^\">])*)>", source):
        names = set(re.findall(r"([a-z-]+)=\"", inside))
        assert tag in ALLOWED, tag
        assert names <= set(ALLOWED[tag].split()), (tag, names)


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.mjml")), ids=lambda p: p.name)
def test_every_picture_in_a_template_has_an_alt(path):
    for tag in re.findall(r"<(?:mj-image|img)\s[^>]*src=[^>]*>", path.read_text()):
        assert ' alt="' in tag


def test_every_kind_has_its_two_templates_and_its_place():
    for model in BLOCK_MODELS:
        mjml = (FOLDER / "blocks" / f"{model.KIND}.mjml").read_text()
        assert "block-{{ place }}" in mjml
        text = (FOLDER / "blocks" / f"{model.KIND}.txt").read_text()
        assert "{% autoescape off %}" in text

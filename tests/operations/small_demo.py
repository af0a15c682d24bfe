"""The demo with small pictures."""

import shutil

import pytest
from PIL import Image

from newsletter.management import demo


@pytest.fixture(scope="session")
def small_content(tmp_path_factory):
    """The demo with pictures that are processed in no time."""
    folder = tmp_path_factory.mktemp("demo") / "content"
    shutil.copytree(demo.CONTENT, folder)
    for path in (folder / "pictures").iterdir():
        with Image.open(path) as picture:
            picture.resize((60, 40)).save(path)
    return folder

"""Set before Django reads its settings: tests never touch a real data folder."""

import atexit
import gc
import os
import shutil
import tempfile

# Look less often for circles of objects that may go: nothing here lives long, and what
# is imported and collected first, a sixth of whose time this took, stays to the end.
gc.set_threshold(100_000, 50, 1000)

# Files in memory where a machine has such a place: a database there is quick.
_memory = "/dev/shm"  # noqa: S108 (mkdtemp makes a folder there that is ours alone)
_place = _memory if os.access(_memory, os.W_OK) else None
_folder = tempfile.mkdtemp(prefix="newsletter-tests-", dir=_place)
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["DATA_DIR"] = _folder
# Whitenoise warns when there is none, and warnings are errors here.
os.mkdir(os.path.join(_folder, "static"))
os.environ["SITE_URL"] = "http://localhost:8000"
os.environ["EMAIL_PROVIDER"] = "local"
os.environ["SECRET_KEY"] = "secret-of-the-tests-that-is-long-enough-for-django-checks"
os.environ["LINK_KEYS"] = "link-key-of-the-tests"
os.environ["ADDRESS_PEPPER"] = "pepper-of-the-tests"
# A test that takes an issue back sees it gone at once.
os.environ["PAGES_LOOK_SECONDS"] = "0"

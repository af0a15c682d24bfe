"""Set before Django reads its settings: tests never touch a real data folder."""

import os
import tempfile

os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="newsletter-tests-")
os.environ["SITE_URL"] = "http://localhost:8000"
os.environ["EMAIL_PROVIDER"] = "local"
os.environ["SECRET_KEY"] = "secret-of-the-tests-that-is-long-enough-for-django-checks"
os.environ["LINK_KEYS"] = "link-key-of-the-tests"
os.environ["ADDRESS_PEPPER"] = "pepper-of-the-tests"

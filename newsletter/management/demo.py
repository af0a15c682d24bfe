"""The demo: a magazine's first Sunday, made by the same functions that people use.

Its articles, pictures and readers are in ``newsletter/demo_content``; here they pass
through the importer, the composer's models, approval and scheduling, so that what is
shown is what works.
"""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "demo_content"

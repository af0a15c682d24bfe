"""The editors' door. ``apps.py`` imports the modules, which registers their pages."""

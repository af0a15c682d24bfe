#!/usr/bin/env python
"""The operator's door: every command of the installation."""

import os
import sys

from django.core.management import execute_from_command_line

from newsletter.installation import NotInstalled

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsletter.settings")
    try:
        execute_from_command_line(sys.argv)
    except NotInstalled as trouble:
        sys.exit(str(trouble))

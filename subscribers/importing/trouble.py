"""What can be wrong with a file, in words for who chose it."""


class UnreadableFile(ValueError):
    """The file is no list of readers that we can read; the message says the cure."""


class CannotImport(ValueError):
    """The import does not stand where this can be done; the message says why."""

"""``make bench``: how fast the engine is, measured on this machine, never a test."""

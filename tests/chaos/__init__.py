"""The crash suite: a Sunday under seeded faults, judged from outside only.

``make chaos SEEDS=30`` runs it; docs/sending.md tells what it does.
"""

"""System checks: settings that would fail on Sunday fail at start-up instead."""

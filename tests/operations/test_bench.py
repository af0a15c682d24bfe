"""What `make bench` is made of."""

import sys
from pathlib import Path

BENCH = Path(__file__).parents[2] / "tools" / "bench"


def test_no_part_hides_a_module_of_python():
    """The peers are run from this very folder, which Python looks through first."""
    parts = {file.stem for file in BENCH.glob("*.py")}
    assert len(parts) > 10
    assert not parts & sys.stdlib_module_names

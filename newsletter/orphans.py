"""No process outlives the one that started it: an unseen worker would go on."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
# Looked up now: between fork and exec there is no time for it.
_prctl = ctypes.CDLL(None, use_errno=True).prctl if sys.platform == "linux" else None


def die_with(parent: int) -> None:
    """Have the kernel kill this process as soon as its parent is gone (Linux only).

    Args:
        parent: the parent's process id, to notice that it has gone already.
    """
    if _prctl is None:
        return
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)

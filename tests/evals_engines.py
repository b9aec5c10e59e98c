"""Engines for the tests of the harness that must be importable in another process."""

import os

from evals.harness import offline


def dies_on_second(data, name):
    """Kill the process on the second report."""
    if "-00001_" in name:
        os._exit(3)
    return offline(data, name)


def nothing(data, name):
    """Read no report at all."""
    return ()

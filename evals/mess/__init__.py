"""Mess operators: named ways to damage a report, each with a strength, each keeping the label true."""

from __future__ import annotations

from . import cells, digits, labels, mistakes, running, webdumps, years, yuan
from .operators import OPERATORS, Operator, operator

__all__ = ["OPERATORS", "Operator", "cells", "digits", "labels", "mistakes", "operator", "running", "webdumps", "years", "yuan"]

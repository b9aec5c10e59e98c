"""A folder that holds everything known: reports and their versions, sources by hash, runs; queries and exports."""

from .corrections import Correction
from .identity import agency_key, identity_of, report_id_of
from .judgement import correct, decide, restore
from .library import Library, default_path
from .query import VIEWS, Answer
from .versions import Summary, Version

__all__ = [
    "VIEWS",
    "Answer",
    "Correction",
    "Library",
    "Summary",
    "Version",
    "agency_key",
    "correct",
    "decide",
    "default_path",
    "identity_of",
    "report_id_of",
    "restore",
]

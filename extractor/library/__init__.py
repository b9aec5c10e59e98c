"""A folder that holds everything known: reports and their versions, sources by hash, runs; queries and exports."""

from .identity import agency_key, identity_of, report_id_of
from .library import Library, Summary, Version
from .query import Answer
from .rows import TABLES, Event

__all__ = ["TABLES", "Answer", "Event", "Library", "Summary", "Version", "agency_key", "identity_of", "report_id_of"]

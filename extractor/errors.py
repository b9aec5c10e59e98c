"""Everything the program can say went wrong, as one tree.

    GongkaiError
    ├── SourceError        a file cannot be read: encoding, format, damage, size
    │   └── LimitError     a file is larger, deeper or slower than the limits allow
    ├── FormError          a path or metric that no form knows
    ├── LabelError         a label file that does not fit its schema
    ├── LibraryError       the library folder cannot be used: locked, corrupt, full
    ├── ModelError         the language model cannot be reached or its answers cannot be used
    │   └── BudgetError    the run's budget is spent
    ├── QueryError         a question or query that cannot be carried out
    └── SettingsError      a setting that is missing or contradicts another

A message is one or two sentences, Chinese first, naming the file, the place, what was found and what to do.
"""

from __future__ import annotations


class GongkaiError(Exception):
    """Base of all errors that a user can meet; its text is fit to print as it is."""


class SourceError(GongkaiError):
    """A source file cannot be turned into a Document."""


class LimitError(SourceError):
    """A source file goes beyond a limit on size, pages, nesting or time."""


class FormError(GongkaiError):
    """A dotted path, row, column or metric that no statutory form has."""


class LabelError(GongkaiError):
    """A label file that cannot be used for evaluation."""


class LibraryError(GongkaiError):
    """The library folder cannot be opened, written or trusted."""


class ModelError(GongkaiError):
    """A language model cannot be reached, or nothing in its answers can be used."""


class BudgetError(ModelError):
    """The budget for model calls is spent; the rest of the work is listed, not lost."""


class QueryError(GongkaiError):
    """A question or a query over the library that cannot be carried out as asked."""


class SettingsError(GongkaiError):
    """A setting is missing, malformed, or contradicts another."""

"""The statutory forms, written down once: models with labels, layouts with identities, derived metrics."""

from .elements import Change, Count, Equation, Label, Money, Part, label_of
from .layout import FORM_KEYS, Column, Form, FormKey, Identity, Row, form_of
from .metrics import Metric, metric_of, metrics_of
from .tables import (
    SECTIONS,
    Applicants,
    Applications,
    OtherDivided,
    OtherUndivided,
    Proactive2019,
    Proactive2021,
    Results,
    ReviewLitigation,
)
from .vocabulary import Word, vocabulary

__all__ = [
    "FORM_KEYS",
    "SECTIONS",
    "Applicants",
    "Applications",
    "Change",
    "Column",
    "Count",
    "Equation",
    "Form",
    "FormKey",
    "Identity",
    "Label",
    "Metric",
    "Money",
    "OtherDivided",
    "OtherUndivided",
    "Part",
    "Proactive2019",
    "Proactive2021",
    "Results",
    "ReviewLitigation",
    "Row",
    "Word",
    "form_of",
    "label_of",
    "metric_of",
    "metrics_of",
    "vocabulary",
]

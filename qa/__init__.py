"""Questions answered from records and narrative: ``qa.ask(question, library)`` gives an answer whose every claim cites its place."""

from .answer import Answer, Citation, Claim
from .ask import Step, ask, ask_stream
from .query import Query

__all__ = ["Answer", "Citation", "Claim", "Query", "Step", "ask", "ask_stream"]

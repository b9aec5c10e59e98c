"""What is right, what is wrong, and how sure: identities, localisation, claims, shape."""

from .examine import examine
from .reported import noted
from .resolve import Resolution, resolve

__all__ = ["Resolution", "examine", "noted", "resolve"]

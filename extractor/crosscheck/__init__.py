"""What is right, what is wrong, and how sure: identities, localisation, claims, shape."""

from .reported import noted
from .resolve import Resolution, resolve

__all__ = ["Resolution", "noted", "resolve"]

"""What is right, what is wrong, and how sure: identities, localisation, claims, shape."""

from .resolve import Resolution, resolve

__all__ = ["Resolution", "resolve"]

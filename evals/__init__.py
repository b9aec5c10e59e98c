"""Measuring: labels, metrics, the harness, and the generator of labelled reports."""

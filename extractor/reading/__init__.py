"""The offline reader: where things stand in a document, and every admissible reading of its tables."""

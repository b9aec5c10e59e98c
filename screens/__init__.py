"""What a person sees: the terminal's tables and the web page's views. Nothing is computed here."""

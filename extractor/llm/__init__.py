"""Schema-guided reading by a language model over any OpenAI-compatible server: grounded in print, logged, and cheap."""

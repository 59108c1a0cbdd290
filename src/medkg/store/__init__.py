"""Generations of the store: one writer, many readers."""

"""Curated tables as their metadata describe them: read, checked, typed."""

"""Measurements of the hot paths beside their peers."""

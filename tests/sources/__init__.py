"""Tests of reading of tables."""

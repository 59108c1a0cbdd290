"""Tests of what the registry judges."""

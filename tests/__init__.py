"""Tests of medkg."""

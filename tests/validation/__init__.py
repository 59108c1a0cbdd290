"""Tests of shapes and checks."""

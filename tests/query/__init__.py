"""Tests of reading and binding queries."""

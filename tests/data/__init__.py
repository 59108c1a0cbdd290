"""Tests of the shipped facts."""

"""Exact arithmetic: ordered fields of numbers and functions, chambers, expansions, balls."""

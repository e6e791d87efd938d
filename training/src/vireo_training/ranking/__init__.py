"""Chances of all that a person may do with a candidate, and for how long they will watch."""

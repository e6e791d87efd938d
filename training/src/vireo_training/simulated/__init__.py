"""Logs whose truth is known, to prove what finds it."""

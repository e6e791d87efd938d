"""Trains and judges Vireo's models on what was shown and what came of it."""

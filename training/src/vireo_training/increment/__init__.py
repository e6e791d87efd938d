"""Models that go on from where they were, with what came since."""

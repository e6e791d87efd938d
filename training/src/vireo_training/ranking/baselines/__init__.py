"""What the ranker must be better than; they stay in the table for good."""

"""What a retrieval model has to beat."""

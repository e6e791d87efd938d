"""What each part of the models is worth: the same training with one thing changed."""

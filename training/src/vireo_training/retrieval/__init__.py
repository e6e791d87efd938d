"""Finding the thousand videos out of the whole catalogue that a person might want."""

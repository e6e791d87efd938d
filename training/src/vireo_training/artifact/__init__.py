"""What training leaves behind for servers: graphs, vectors, and a manifest that vouches for all of it."""

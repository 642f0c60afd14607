"""Author fingerprints: what speaks for each author over many held-out works, and a map of the works."""

"""Who waits for what: fair queues, turns, predictions first, and whether a client is still there."""

"""Training: crops, caches, losses, the trainer, budgets, and how a stage ends."""

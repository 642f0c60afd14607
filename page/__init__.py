"""The page: what a reader sees of two models' verdicts, in Russian and in English."""

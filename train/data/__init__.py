"""Training data: sources, cleaning, paratext, audit, splits, and the CSV files of the contract."""

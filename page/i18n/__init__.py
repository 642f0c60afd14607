"""Every sentence of the page in Russian and in English, and how each language writes numbers and names."""

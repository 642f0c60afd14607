"""Why two texts are, or are not, by one hand: coloured side by side, the strongest words, a file to keep."""

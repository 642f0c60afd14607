"""The excerpt tab: what both models say of a text, and which words made them think so."""

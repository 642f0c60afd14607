"""What is kept for visitors, weighed in bytes and bounded by address."""

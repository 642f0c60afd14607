"""Publishing: artefacts, spaces, published weights and their conversion."""

"""Engines: token ids to logits, by PyTorch, by OpenVINO, or by the sparse encoder of the shipped pair."""

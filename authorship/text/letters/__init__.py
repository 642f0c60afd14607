"""One way of reading letters, for training, tokenizers, judge and page; `folding.fold` is the entrance."""

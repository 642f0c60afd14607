"""Linear models of word pieces and n-grams: features, discriminant analysis, the field's baselines."""

"""Who may do what: one vocabulary, one map, one evaluator. Pure Python."""

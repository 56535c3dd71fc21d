"""From a draft to what the customer reads: approval, undo, outbox, settling."""

"""What Facebook and Instagram share: one Graph, its errors, private messages, webhooks."""

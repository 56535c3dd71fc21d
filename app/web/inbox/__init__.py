"""The inbox, a conversation, a customer, and what the team does with them."""

"""What premium plans add: each its own models, actions, queries."""

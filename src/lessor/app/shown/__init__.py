"""What the pages show of a store, asked once and handed on as values: plan beside actual."""

"""What the lenders lend and are paid."""

"""What the owner builds, buys, writes off and sells."""

"""What others are told of how the connections stand: monitoring by metrics, people by alerts."""

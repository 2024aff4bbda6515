"""What happens when a record is saved: values read, rules kept, children moved."""

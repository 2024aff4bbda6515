"""What runs: the store, the pipeline, the KPIs, the scheduler and the command line."""

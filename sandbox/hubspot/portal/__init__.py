"""The data of one HubSpot account: records, associations, owners, the pipeline, the search index."""

"""Questions over records and narrative, answered with citations that stand in the source."""

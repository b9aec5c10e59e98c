"""Reports on government-information disclosure, turned into validated, proven records."""

"""Professional-services hours: the ledger, the service plan, draws."""

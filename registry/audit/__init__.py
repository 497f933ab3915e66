"""The audit trail: triggers write it, one seal per transaction makes tampering visible."""

"""One module a platform. Only the registry names them, and only they know the SDKs."""

"""What every area stands on: settings, database, clock, errors, text, outbound HTTP, queue."""

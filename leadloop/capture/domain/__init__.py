"""Reading what comes through the doors: files, headers, dates, payloads. Pure."""

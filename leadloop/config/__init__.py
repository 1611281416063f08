"""Settings, urls and the two applications that a server runs."""

"""The doors: hosted forms, the API, files. In: payloads. Out: submissions handed to the loop."""

"""Every limit of the doors in one place; docs/security.md lists them."""

BODY_BYTES = 1_048_576
UPLOAD_BYTES = 104_857_600
UPLOAD_PATHS = ("/imports/",)  # longer bodies, for signed-in people who may import
BODY_SECONDS = 30
UPLOAD_SECONDS = 600
BATCH_ITEMS = 1_000
HEAD_BYTES = 98_304  # address and headers together; the address alone 65,534
KEY_CHARACTERS = 200
PAGE_ROWS = 200
IDEMPOTENCY_HOURS = 48

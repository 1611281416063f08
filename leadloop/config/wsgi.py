"""Django as a WSGI application; `config.server` puts it behind the doors on one port."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadloop.config.settings")
application = get_wsgi_application()

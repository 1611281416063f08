"""What templates say in words and pictures: `{% load ui %}`."""

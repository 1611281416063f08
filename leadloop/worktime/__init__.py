"""People's time: calendars, hours, holidays and absences come in; who is there, until when and how much they take goes out."""

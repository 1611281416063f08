"""The paths of people's time."""

from django.urls import path

from leadloop.worktime.views import calendars, people

app_name = "worktime"
urlpatterns = [
    path("settings/working-time/", calendars.show_working_time, name="working_time"),
    path("settings/working-time/new/", calendars.edit_calendar, name="new_calendar"),
    path("settings/working-time/<int:calendar_id>/", calendars.edit_calendar, name="calendar"),
    path("settings/working-time/<int:calendar_id>/default/", calendars.choose_default, name="calendar_default"),
    path("settings/working-time/<int:calendar_id>/removal/", calendars.remove_calendar, name="calendar_removal"),
    path("settings/working-time/<int:calendar_id>/holidays/", calendars.add_holiday, name="holidays"),
    path("settings/working-time/<int:calendar_id>/holidays/country/", calendars.fill_holidays, name="holidays_country"),
    path("settings/working-time/<int:calendar_id>/holidays/file/", calendars.upload_holidays, name="holidays_file"),
    path("settings/working-time/holidays/<int:holiday_id>/removal/", calendars.remove_holiday, name="holiday_removal"),
    path("time/", people.show_own, name="own"),
    path("people/<int:person_id>/time/", people.show_person, name="person"),
    path("people/<int:person_id>/time/terms/", people.change_terms, name="terms"),
    path("people/<int:person_id>/time/week/", people.change_week, name="week"),
    path("people/<int:person_id>/time/absences/", people.add_absence, name="absences"),
    path("people/<int:person_id>/time/calendar/", people.upload_calendar, name="upload"),
    path("absences/<int:absence_id>/end/", people.end_absence, name="absence_end"),
]

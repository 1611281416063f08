from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0004_fill_reasons_and_ends")]

    operations = [
        migrations.AlterField(model_name="disposition", name="ended_at", field=models.DateTimeField()),
    ]

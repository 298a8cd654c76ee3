from django.db import migrations

GONE = ('month', 'day', 'lunar_note', 'lunar_note_en', 'lunar_note_zh_hans', 'lunar_note_fr')


class Migration(migrations.Migration):
    """What 0041 wrote as a named day is said there only."""

    dependencies = [
        ('catalogue', '0042_occasion_feast'),
    ]

    operations = [migrations.RemoveField(model_name='occasion', name=name) for name in GONE]

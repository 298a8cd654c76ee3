from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0002_words'),
    ]

    operations = [
        migrations.AddField(
            model_name='entry',
            name='holds_until',
            field=models.DateTimeField(db_index=True, null=True),
        ),
    ]

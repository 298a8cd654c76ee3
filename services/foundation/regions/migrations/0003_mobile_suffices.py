from django.db import migrations, models


def as_before(apps, schema_editor):
    """Until now the code `cn` alone let a client order without an e-mail address."""
    apps.get_model("regions", "Region").objects.filter(code="cn").update(mobile_suffices=True)


class Migration(migrations.Migration):

    dependencies = [
        ("regions", "0002_region_formats"),
    ]

    operations = [
        migrations.AddField(
            model_name="region",
            name="mobile_suffices",
            field=models.BooleanField(
                default=False,
                help_text="Clients may order without an e-mail address.",
                verbose_name="a mobile number suffices",
            ),
        ),
        migrations.RunPython(as_before, migrations.RunPython.noop),
    ]

from django.db import migrations, models

#: As `services.foundation.scheduling.Scheduled` says it.
LASTS = models.Q(('publish_at', None), ('withdraw_at', None), ('withdraw_at__gt', models.F('publish_at')), _connector='OR')


def fields(model):
    return [
        migrations.AddField(
            model_name=model,
            name='publish_at',
            field=models.DateTimeField(blank=True, help_text='In UTC. Empty: at once.', null=True, verbose_name='shown from'),
        ),
        migrations.AddField(
            model_name=model,
            name='withdraw_at',
            field=models.DateTimeField(blank=True, help_text='In UTC. Empty: never.', null=True, verbose_name='withdrawn from'),
        ),
        migrations.AddConstraint(
            model_name=model,
            constraint=models.CheckConstraint(condition=LASTS, name=f'{model}_withdrawn_after_shown'),
        ),
    ]


class Migration(migrations.Migration):
    """Collections and occasions come and go at a moment, as pieces and tiles do."""

    dependencies = [
        ('catalogue', '0040_approved_texts_of_anything'),
    ]

    operations = [*fields('category'), *fields('occasion')]

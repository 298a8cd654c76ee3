from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('launches', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='launch',
            name='is_public',
            field=models.BooleanField(default=True, verbose_name='is public'),
        ),
        migrations.AddField(
            model_name='launch',
            name='publish_at',
            field=models.DateTimeField(blank=True, help_text='In UTC. Empty: at once.', null=True, verbose_name='shown from'),
        ),
        migrations.AddField(
            model_name='launch',
            name='withdraw_at',
            field=models.DateTimeField(blank=True, help_text='In UTC. Empty: never.', null=True, verbose_name='withdrawn from'),
        ),
        migrations.AddConstraint(
            model_name='launch',
            constraint=models.CheckConstraint(condition=models.Q(('publish_at', None), ('withdraw_at', None), ('withdraw_at__gt', models.F('publish_at')), _connector='OR'), name='launch_withdrawn_after_shown'),
        ),
    ]

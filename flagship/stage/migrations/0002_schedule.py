from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('launches', '0002_schedule'),
        ('stage', '0001_home'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='section',
            name='section_ends_after_it_begins',
        ),
        migrations.AlterField(
            model_name='section',
            name='publish_at',
            field=models.DateTimeField(blank=True, help_text='In UTC. Empty: at once.', null=True, verbose_name='shown from'),
        ),
        migrations.AlterField(
            model_name='section',
            name='withdraw_at',
            field=models.DateTimeField(blank=True, help_text='In UTC. Empty: never.', null=True, verbose_name='withdrawn from'),
        ),
        migrations.AddConstraint(
            model_name='section',
            constraint=models.CheckConstraint(condition=models.Q(('publish_at', None), ('withdraw_at', None), ('withdraw_at__gt', models.F('publish_at')), _connector='OR'), name='section_withdrawn_after_shown'),
        ),
    ]

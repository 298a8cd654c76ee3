import re

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

LANGUAGES = ('en', 'zh_hans', 'fr')
#: The names under which proposals speak of the day of an occasion, before and after.
OWN_DAYS = ('feast', *(f'lunar_note_{language}' for language in LANGUAGES))
_MONTHS = '正二三四五六七八九十冬腊'
_TENS = {'初': 0, '十': 10, '廿': 20, '二十': 20, '三十': 30}
_ONES = '零一二三四五六七八九十'


def lunar_day(note):
    """Month and day of a lunar day written in hanzi (农历七月初七); None when it is written otherwise."""
    found = re.search(r'(十[一二]|[正一二三四五六七八九十冬腊])月(初十|二十|三十|[初十廿][一二三四五六七八九])', note or '')
    if not found:
        return None
    month, day = found.groups()
    number = {'一': 1, '十一': 11, '十二': 12}.get(month) or _MONTHS.index(month) + 1
    if day in ('初十', '二十', '三十'):
        return number, {'初十': 10, '二十': 20, '三十': 30}[day]
    return number, _TENS[day[0]] + _ONES.index(day[1])


def hanzi_of(month, day):
    """The reverse of it."""
    ones = '' if day % 10 == 0 else _ONES[day % 10]
    said = {10: '初十', 20: '二十', 30: '三十'}.get(day) or ('初', '十', '廿')[day // 10] + ones
    return f'农历{_MONTHS[month - 1]}月{said}'


def name_the_days(apps, schema_editor):
    """Each occasion that had a day of its own gets the named day that is the same, else one that no client is offered."""
    Occasion, Feast = apps.get_model('catalogue', 'Occasion'), apps.get_model('delivery', 'Feast')
    for occasion in Occasion.objects.all():
        if occasion.month and occasion.day:
            when = ('gregorian', occasion.month, occasion.day)
        elif found := lunar_day(occasion.lunar_note_zh_hans):
            when = ('lunar', *found)
        else:
            when = None
        notes = [getattr(occasion, f'lunar_note_{language}') for language in LANGUAGES]
        if when is None and not any(notes):
            continue
        occasion.feast = (
            _same(Feast, when) or _made(Feast, occasion, when)
            if when
            else Feast.objects.filter(code=occasion.slug, calendar='lunar').first()
        )
        if occasion.feast is None:  # words that only people read
            print(f'\n  The occasion {occasion.slug} was on "{next(filter(None, notes))}": choose its named day behind the shop.')
            continue
        occasion.save(update_fields=['feast'])
    _propose_anew(apps, {str(row.pk): {'feast': row.feast_id} for row in Occasion.objects.all()})


def _propose_anew(apps, days):
    """Proposals that wait and what was approved last speak of the day as its occasion does now: ``days`` by its key.

    One that was about nothing else is declined. What was decided before stays written as it was.
    """
    kind = apps.get_model('contenttypes', 'ContentType').objects.filter(app_label='catalogue', model='occasion').first()
    if kind is None:
        return
    for row in apps.get_model('catalogue', 'LastRead').objects.filter(content_type=kind):
        row.said = _without_days(row.said) | days.get(row.object_id, {})
        row.save(update_fields=['said'])
    for row in apps.get_model('catalogue', 'Proposal').objects.filter(content_type=kind, state='waiting'):
        row.changes = _without_days(row.changes)
        if row.kind == 'public':
            day = days.get(row.object_id, {})
            row.read = _without_days(row.read) | day
            row.changes |= {name: {'before': '', 'after': said} for name, said in day.items() if said}
        if not row.changes:
            row.state, row.decided_at, row.reason = 'declined', timezone.now(), 'The day of an occasion is kept in another way now.'
        row.save()


def _without_days(said):
    return {name: value for name, value in said.items() if name not in OWN_DAYS}


def _same(Feast, when):
    calendar, month, day = when
    return Feast.objects.filter(calendar=calendar, month=month, day=day).order_by('position', 'code').first()


def _made(Feast, occasion, when):
    calendar, month, day = when
    code = occasion.slug[:30]
    if Feast.objects.filter(code=code).exists():
        code = f'{occasion.slug[:26]}-day'
    names = {f'name_{language}': getattr(occasion, f'name_{language}') for language in LANGUAGES}
    return Feast.objects.create(
        code=code, name=occasion.name, **names, calendar=calendar, month=month, day=day, is_offered=False, position=100
    )


def write_the_days(apps, schema_editor):
    Occasion = apps.get_model('catalogue', 'Occasion')
    for occasion in Occasion.objects.exclude(feast=None).select_related('feast'):
        month, day = occasion.feast.month, occasion.feast.day
        if occasion.feast.calendar == 'gregorian':
            occasion.month, occasion.day = month, day
        else:
            said = f'day {day} of month {month} of the lunar calendar'
            occasion.lunar_note = occasion.lunar_note_en = said
            occasion.lunar_note_fr = f'jour {day} du mois {month} du calendrier lunaire'
            occasion.lunar_note_zh_hans = hanzi_of(month, day)
        occasion.save()
    notes = [f'lunar_note_{language}' for language in LANGUAGES]
    _propose_anew(apps, {str(row.pk): {name: getattr(row, name) or '' for name in notes} for row in Occasion.objects.all()})


class Migration(migrations.Migration):
    """Qixi was known twice: an occasion falls on one of the named days that clients choose for a delivery."""

    dependencies = [
        ('catalogue', '0041_schedules'),
        ('delivery', '0003_saved_addresses'),
    ]

    operations = [
        migrations.AddField(
            model_name='occasion',
            name='feast',
            field=models.ForeignKey(blank=True, help_text='The day on which it falls every year. Empty: on no day of its own, as a birthday.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='delivery.feast', verbose_name='named day'),
        ),
        migrations.RunPython(name_the_days, write_the_days),
    ]

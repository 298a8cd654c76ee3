from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("engraving", "0005_clearances_to_keep_outs")]

    operations = [migrations.RemoveField("zone", "hallmark_clearance_mm")]

from django.db import migrations

from flagship.clients.roles import giving

ROLES = {"Payments desk": ["provider.view_capability", "deferred.view_eligibilityrule"], "House manager": ["provider.view_capability"]}


class Migration(migrations.Migration):
    """Who sells by the provider's methods, and who answers clients about them, sees what the account may use."""

    dependencies = [("clients", "0020_arrears_roles"), ("provider", "0003_methods")]
    operations = [giving(ROLES)]

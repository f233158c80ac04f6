"""What a correction puts over a version is kept for each version it reached."""

from django.db import migrations


def by_version(apps, schema_editor):
    Regrade = apps.get_model("quiz", "Regrade")
    for regrade in Regrade.objects.filter(confirmed_at__isnull=False).iterator():
        regrade.correction = {str(version): regrade.correction for version in regrade.versions}
        regrade.save(update_fields=["correction"])


def one_for_all(apps, schema_editor):
    Regrade = apps.get_model("quiz", "Regrade")
    for regrade in Regrade.objects.filter(confirmed_at__isnull=False).iterator():
        regrade.correction = next(iter(regrade.correction.values()), {})
        regrade.save(update_fields=["correction"])


class Migration(migrations.Migration):
    dependencies = [
        ("quiz", "0068_scanned_days"),
    ]

    operations = [
        migrations.RunPython(by_version, one_for_all),
    ]

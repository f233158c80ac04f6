"""Give the questions that are there the key of their stem."""

from django.db import migrations

from quiz.stems import stem_key

CHUNK = 500


def fill(apps, schema_editor):
    Question = apps.get_model("quiz", "Question")
    while rows := list(Question.objects.filter(stem_key="").only("stem", "stem_key")[:CHUNK]):
        for row in rows:
            row.stem_key = stem_key(row.stem)
        Question.objects.bulk_update(rows, ["stem_key"])


class Migration(migrations.Migration):
    dependencies = [("quiz", "0002_bank")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]

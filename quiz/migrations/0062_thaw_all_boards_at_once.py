from django.db import migrations


def begin_anew(apps, schema_editor):
    """How far a run was on one board says nothing about the others; to do a member again is safe."""
    apps.get_model("quiz", "ThawRun").objects.update(reached=0)


class Migration(migrations.Migration):
    dependencies = [
        ("quiz", "0061_fill_round_boards"),
    ]

    operations = [
        migrations.RunPython(begin_anew, begin_anew),
        migrations.RemoveField(
            model_name="thawrun",
            name="board",
        ),
    ]

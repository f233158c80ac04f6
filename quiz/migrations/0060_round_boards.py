import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [("quiz", "0050_draw_value_due")]

    operations = [
        migrations.RemoveConstraint(model_name="board", name="board_of_a_day_has_a_day"),
        migrations.AddField(
            model_name="board",
            name="round",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="boards",
                to="quiz.round",
                verbose_name="关卡",
            ),
        ),
        migrations.AlterField(
            model_name="board",
            name="kind",
            field=models.CharField(
                choices=[("total", "总榜"), ("day", "日榜"), ("round", "关卡榜")],
                max_length=8,
                verbose_name="种类",
            ),
        ),
        migrations.AddConstraint(
            model_name="board",
            constraint=models.UniqueConstraint(
                fields=["round"], condition=Q(kind="round"), name="one_board_per_round"
            ),
        ),
        migrations.AddConstraint(
            model_name="board",
            constraint=models.CheckConstraint(
                condition=Q(kind="total", day__isnull=True, round__isnull=True)
                | Q(kind="day", day__isnull=False, round__isnull=True)
                | Q(kind="round", day__isnull=True, round__isnull=False),
                name="board_is_of_what_its_kind_says",
            ),
        ),
    ]

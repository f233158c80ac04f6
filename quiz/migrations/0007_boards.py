import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('unions', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('quiz', '0006_after'),
    ]

    operations = [
        migrations.CreateModel(
            name='Board',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('total', '总榜'), ('day', '日榜')], max_length=8, verbose_name='种类')),
                ('day', models.DateField(blank=True, null=True, verbose_name='日期')),
                ('generation', models.PositiveIntegerField(default=0, verbose_name='副本代次')),
                ('folds', models.PositiveBigIntegerField(default=0, verbose_name='汇总次数')),
                ('unlevelled', models.PositiveIntegerField(default=0, verbose_name='上次建梯后的变动')),
                ('competition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='boards', to='quiz.competition')),
            ],
            options={'verbose_name': '榜单', 'verbose_name_plural': '榜单'},
        ),
        migrations.AddConstraint(
            model_name='board',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'total')), fields=('competition',), name='one_total_board'),
        ),
        migrations.AddConstraint(
            model_name='board',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'day')), fields=('competition', 'day'), name='one_board_per_day'),
        ),
        migrations.AddConstraint(
            model_name='board',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('day__isnull', True), ('kind', 'total')), models.Q(('day__isnull', False), ('kind', 'day')), _connector='OR'), name='board_of_a_day_has_a_day'),
        ),
        migrations.CreateModel(
            name='Rung',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cost', models.BigIntegerField(verbose_name='排序值')),
                ('below', models.PositiveBigIntegerField(verbose_name='在前人数')),
                ('board', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rungs', to='quiz.board')),
            ],
            options={
                'verbose_name': '名次阶梯',
                'verbose_name_plural': '名次阶梯',
                'constraints': [models.UniqueConstraint(fields=('board', 'cost'), name='one_rung_per_cost')],
            },
        ),
        migrations.CreateModel(
            name='StandingChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.BigIntegerField(null=True, verbose_name='原排序值')),
                ('after', models.BigIntegerField(null=True, verbose_name='新排序值')),
                ('participants', models.SmallIntegerField(default=0, verbose_name='参与人数')),
                ('completions', models.IntegerField(default=0, verbose_name='完成次数')),
                ('points', models.BigIntegerField(default=0, verbose_name='得分')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='时间')),
                ('board', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='quiz.board')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('union', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='unions.union')),
            ],
            options={'verbose_name': '待汇总变动', 'verbose_name_plural': '待汇总变动'},
        ),
        migrations.RemoveConstraint(model_name='standing', name='one_standing_each'),
        migrations.RemoveIndex(model_name='standing', name='standing_board'),
        migrations.AddField(
            model_name='standing',
            name='board',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='standings', to='quiz.board'),
        ),
        # Nullable first, so that the way back can fill it in again.
        migrations.AlterField(
            model_name='standing',
            name='competition',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='standings', to='quiz.competition'),
        ),
        migrations.AddField(
            model_name='competition',
            name='objection_days',
            field=models.PositiveSmallIntegerField(default=0, help_text='截止后公示的天数：期间可以提出异议，期满名次才最终生效；0 为不公示。', validators=[django.core.validators.MaxValueValidator(60)], verbose_name='公示天数'),
        ),
        migrations.AddField(
            model_name='competition',
            name='objection_contact',
            field=models.CharField(blank=True, help_text='公示期内向谁、怎样提出异议，例如：省总工会宣教部，0531-12345678。', max_length=200, verbose_name='异议受理'),
        ),
    ]

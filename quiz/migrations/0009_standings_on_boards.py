import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('quiz', '0008_fill_boards')]

    operations = [
        migrations.RemoveField(model_name='standing', name='competition'),
        migrations.AlterField(
            model_name='standing',
            name='board',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='standings', to='quiz.board'),
        ),
        migrations.AddIndex(
            model_name='standing',
            index=models.Index(fields=['board', 'cost', 'member'], name='standing_board'),
        ),
        migrations.AddConstraint(
            model_name='standing',
            constraint=models.UniqueConstraint(fields=('board', 'member'), name='one_standing_each'),
        ),
    ]

from django.core.management.base import BaseCommand

from cms.services import set_up_site
from helpdesk.services import make_keepers
from quiz.services import make_bank_keepers, make_organisers
from search.services import fill_admin_index


class Command(BaseCommand):
    help = "建立首页、栏目、公告、说明页和各编辑组；可重复运行，已有的不动。"

    def handle(self, *args, **options):
        home = set_up_site()
        make_keepers()
        make_organisers()
        make_bank_keepers()
        self.stdout.write(f"首页：{home.title}（{home.get_descendants().count()} 个下级页面）")
        if filled := fill_admin_index():
            self.stdout.write(f"后台搜索：补录 {filled} 条")

"""`manage.py search_eval`: how relevant the results are, by class of query."""

import json

from django.core.management.base import BaseCommand, CommandError

from search import dictionary, engines
from search.evaluation import (
    EACH,
    answer,
    build,
    by_engine,
    evaluate,
    overall,
    places,
    sources_of_site,
    wagtail_baseline,
)
from search.evaluation import floors as kept
from search.models import Synonym

DEMO = "demo"


class Command(BaseCommand):
    help = "衡量搜索的相关性：用本站内容造出有标准答案的查询，分类给出 nDCG@10、MRR 和无结果数。"

    def add_arguments(self, parser):
        parser.add_argument(
            "--engine",
            choices=["embedded", "elasticsearch", "all"],
            help="衡量哪个引擎；不写则用正在使用的引擎",
        )
        parser.add_argument(
            "--part",
            choices=["tuning", "test", "all"],
            default="all",
            help="调参用的一半、检验用的一半或全部",
        )
        parser.add_argument("--each", type=int, default=EACH, help="每类最多多少条查询")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--no-baseline", action="store_true", help="不与 Wagtail 自带搜索比较")
        parser.add_argument("--misses", type=int, default=0, help="列出得分最低的若干条查询")
        parser.add_argument("--record", action="store_true", help="记为演示内容的下限")
        parser.add_argument("--check", action="store_true", help="低于记录的下限时以错误结束")
        parser.add_argument("--json", action="store_true", help="最后一行输出 JSON")

    def handle(self, *args, part, each, seed, misses, record, check, **options):
        sources = sources_of_site()
        pairs = list(Synonym.objects.values_list("term", "equivalent"))
        queries = [
            query
            for query in build(sources, synonyms=pairs, places=places(), each=each, seed=seed)
            if part in ("all", query.part)
        ]
        if not queries:
            raise CommandError("还没有可以搜索的内容。")
        self.stdout.write(f"{len(sources)} 条内容，{len(queries)} 条查询")
        titles = {source.id: source.content.title for source in sources}
        in_use = None
        for name, engine in self.chosen(options["engine"]).items():
            with dictionary.in_use():
                ready = engine.ready()
            if not ready:
                raise CommandError(f"{name} 还没有索引。先运行 manage.py rebuild_index。")
            answered = answer(queries, by_engine(engine))
            self.table(name, answered)
            self.worst(answered, titles, misses)
            if in_use is None or engine.name == engines.get_engine().name:
                in_use = answered
        if not options["no_baseline"]:
            with wagtail_baseline(sources) as rank:
                self.table("Wagtail 自带（同样的内容作为页面，不加改动）", answer(queries, rank))
        scores = evaluate(in_use)
        if record:
            kept.record(DEMO, scores)
        if options["json"]:
            self.stdout.write(json.dumps(kept.summary(overall(in_use), scores)))
        if check and (lines := kept.fallen(scores, kept.read(DEMO))):
            raise CommandError("\n".join(["低于记录的下限：", *lines]))

    def chosen(self, name):
        """The engines to measure, by name."""
        found = engines.available()
        if name == "all":
            return found
        if name is None:
            used = engines.get_engine()
            return {used.name: used}
        if name not in found:
            raise CommandError(f"没有配置 {name} 引擎。")
        return {name: found[name]}

    def table(self, title, answered):
        """One line per class and one for all."""
        self.stdout.write(f"\n{title}\n{'':<12}{'queries':>8}{'nDCG@10':>9}{'MRR':>7}{'zero':>6}")
        for name, score in {**evaluate(answered), "all": overall(answered)}.items():
            self.stdout.write(
                f"{name:<12}{score.queries:>8}{score.ndcg10:>9.3f}{score.mrr:>7.3f}"
                f"{score.zero_result:>6}"
            )

    def worst(self, answered, titles, count):
        """The queries with the lowest score: what came, and what was judged best."""
        for each in sorted(answered, key=lambda each: each.ndcg10)[:count]:
            query = each.query
            best = sorted(query.grades, key=lambda found: -query.grades[found])[:3]
            self.stdout.write(f"  {each.ndcg10:.2f}  {query.name}  {query.words}")
            for word, ids in (("得到", each.ids[:3]), ("应有", best)):
                shown = "；".join(
                    f"{titles[found]} ({query.grades.get(found, 0)})" for found in ids
                )
                self.stdout.write(f"        {word}：{shown}")

"""Invented Chinese documents for benchmarks: as many as wanted, the same ones every time.

Document `n` depends on `n` and the seed alone, so that any range can be made in any process.
People, cities, unions and books are put together from the lists below and exist nowhere.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from multiprocessing import get_context
from typing import Any

from search import documents, mapping, services
from search.documents import Content, IndexDocument, Suggestion
from search.engines.base import Engine, Put
from search.evaluation import EACH, JudgedQuery, Source, build
from search.models import Synonym

SEED = 20260501
BODY_CHARACTERS = 800
# Enough for relevance to mean something, and few enough for a test.
FEW = 2000
CHUNK = 500
# Of each hundred documents so many are of this kind; the rest are stories.
SHARES = {"person": 8, "book": 10, "notice": 7, "room": 5}
NEWEST = datetime(2026, 5, 1, 8, tzinfo=UTC)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SURNAMES = list(
    "赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹苏潘葛范彭鲁韦马方任袁柳史唐薛雷"
    "贺倪汤罗毕郝安常于傅齐康伍余顾孟黄穆萧尹姚邵汪祁毛狄米贝明计成戴谈宋庞熊纪舒屈项祝董梁杜单曾"
)
GIVEN = list(
    "伟芳娜敏静强磊洋艳勇军杰娟涛超明霞平刚桂兰英华玉萍红建国志远海波春燕文斌晓东立新宏图学良守业"
    "永福长青思源望舒清扬若谷怀瑾子衿嘉木承泽景行知秋润田沐阳向阳振兴德才凤琴秀珍宝山铁成金生有才"
)
CITY_FIRST = list("鲁沂汶泗浔岚崂崮峄郯沭潍淄胶莱蓬琅棠榆槐杞桐梓栎枫芦苇荻蒲葵茅")
CITY_LAST = ("州", "阳", "城", "安", "宁", "平", "川", "口", "陵", "源", "浦", "津")
UNION_KINDS = ("市总工会", "县总工会", "区总工会")
FIRMS = _words(
    """
    港务集团 钢铁公司 机务段 工务段 供电公司 纺织厂 造船厂 重型机械厂 环卫中心
    公交公司 热力公司 自来水公司 地铁运营公司 邮政分公司 人民医院 职业学校 建筑集团
    矿业公司 石化公司 汽车制造厂 轴承厂 食品公司 快递网点 物流园 园林局
    """
)
TRADES = _words(
    """
    电焊工 钳工 车工 铣工 桥吊司机 调车员 巡道工 线路工 挡车工 环卫工人 公交司机
    护士 快递员 外卖员 铸造工 探伤工 带电作业工 管道工 电梯维修工 船体装配工
    采煤机司机 仪表工 化验员 油漆工 架子工 测量员 质检员 维修技师 检车员 乘务员
    投递员 养路工 缝纫工 模具工 数控操作工 水质检测员 锅炉工
    """
)
THINGS = _words(
    """
    焊缝 轴承 道岔 吊具 缆绳 阀门 变压器 接触网 齿轮箱 传动轴 刹车片 高炉
    煤气管线 织机 纱锭 船坞 集装箱 信号灯 绝缘子 检查井 供热管网 锅炉 水泵 电缆沟
    钢轨 枕木 扣件 龙门架 机械臂 传感器 控制柜 液压站 模具 刀具 夹具 砂轮 量具
    图纸 工序卡 台账
    """
)
DEEDS = _words(
    """
    换下 校准 打磨 抢修 调试 拆检 清洗 加固 改造 测量 巡查 搬运 组装 焊接 试车
    润滑 更新 复核 标定 封存
    """
)
SUBJECTS = _words(
    """
    工资集体协商 安全生产月 夏季送清凉 冬季送温暖 技能比武 班组建设 职工疗休养
    互助保障 劳动法律宣讲 女职工关爱行动 新就业形态入会 困难职工帮扶 师徒结对
    读书分享会 心理健康讲座 职代会 厂务公开 五小创新评选 合理化建议征集 应急演练
    金秋助学 法律援助 消防培训 工间操推广 微课大赛 职工运动会 摄影展 书法展
    """
)
TIMES = (
    "凌晨四点",
    "上午九点",
    "晌午",
    "傍晚",
    "深夜",
    "雨停以后",
    "换班的时候",
    "年关前",
    "汛期里",
)
WEATHERS = ("风很大", "雪下得紧", "气温升到三十八度", "雾还没有散", "雨点打在安全帽上", "天刚放亮")
ADVERBS = ("一点一点", "反复", "连夜", "按着规程", "照着图纸", "带着徒弟", "独自", "不慌不忙")
BOOK_HEADS = _words(
    """
    车间 港口 铁轨 灯火 炉膛 织机 山路 海岸 桥头 矿灯 雨夜 早班 夜班 师傅 父亲
    一把扳手 三号高炉 旧工具箱 长街 远方来信
    """
)
BOOK_TAILS = _words(
    """
    手记 往事 十年 一日 的声音 里的诗 与人 札记 之歌 笔谈 问答 入门 图解 旧闻
    家书 四季 纪实 随想 的尽头 背后的故事
    """
)
# Words that mean the same: a document uses one of the two.
SYNONYMS = (
    ("劳模", "劳动模范"),
    ("省总", "省总工会"),
    ("农民工", "进城务工人员"),
    ("体检", "健康检查"),
    ("培训", "集训"),
    ("书屋", "阅览室"),
    ("老师傅", "高级技师"),
    ("补贴", "津贴"),
)
SENTENCES = (
    "{time}，{weather}，{trade}{name}{adverb}{deed}{thing}。",
    "“{thing}差一丝也不行。”{name}说，手里的{thing2}还没有放下。",
    "{city}{firm}的{trade}们{adverb}{deed}了{number}处{thing}，没有耽误一班车。",
    "{name}把{deed}{thing}的办法写成{number}条，贴在{firm}的墙上。",
    "这一年，{city}{union}组织{subject}{number}场，参加的职工有{number2}人次。",
    "徒弟{name2}问为什么要先{deed}{thing}，{name}让他自己试一遍。",
    "{subject}的通知发到班组，{trade}和{trade2}都报了名。",
    "{synonym}名单里有他，他还是每天提前半小时到{firm}，先看一遍{thing}。",
    "从{firm}到{firm2}，{city}的{trade}走了{number}年，{thing}换了三代。",
    "{time}的{thing}最容易出毛病，{name}{adverb}听声音，听出了{thing2}的松动。",
    "“{synonym}的事要办在前头。”{city}{union}的干部说，{subject}已经排进日程。",
    "{trade2}{name2}记得，{deed2}那台{thing}用了{number}个小时，谁也没有先走。",
    "厂里给{trade}发了{synonym2}，大家商量先把{thing2}的旧账理清。",
    "{firm2}送来一批{thing2}，质检时发现{number}件不合格，全部退回。",
    "下班以后，{name}和{name2}在{place}看图纸，讨论怎样{deed2}{thing}。",
)
PLACES = ("职工之家", "更衣室", "码头边", "工具间", "食堂", "学习室", "值班室", "驿站", "维修坑")
STORY_TITLES = (
    "{trade}{name}：{deed}{thing}的{number}年",
    "{city}{union}{subject}见闻",
    "{time}，{city}的{trade}在{deed}{thing}",
    "{name}和他的{thing}",
    "一处{thing}，{number}个人，一个通宵",
    "{firm}：{subject}办到班组",
    "把{thing}{deed}好：记{city}{trade}{name}",
    "{subject}走进{city}{firm}",
    "{synonym}{name}的一天",
    "{city}{firm}{trade}的{number}条经验",
    "2026年{city}{subject}侧记",
    "{name}带徒{number}人，专攻{thing}",
)
NOTICE_TITLES = (
    "关于举办2026年{city}{subject}的通知",
    "{city}{union}{subject}名单公示",
    "{city}{union}关于{subject}经费的说明",
    "关于开展{trade}{subject}的通知",
)


@lru_cache(maxsize=4)
def cities(seed: int = SEED) -> list[str]:
    """The invented cities, the frequent ones first."""
    found = [first + last for first in CITY_FIRST for last in CITY_LAST]
    random.Random(seed).shuffle(found)
    return found


def _common(rng: random.Random, choices: Any, *, skew: float = 1.6) -> Any:
    """One of `choices`, the first ones far more often, as words are in a real text."""
    return choices[int(len(choices) * rng.random() ** skew)]


def _name(rng: random.Random) -> str:
    return rng.choice(SURNAMES) + "".join(rng.choice(GIVEN) for _ in range(rng.choice((1, 2, 2))))


def kind_of(number: int) -> str:
    """The kind of document `number`: the same mixture in each hundred."""
    at = number * 37 % 100
    for kind, share in SHARES.items():
        if at < share:
            return kind
        at -= share
    return "story"


def person_name(number: int, seed: int = SEED) -> str:
    """The name of the person that document `number` (of that kind) is about."""
    return _name(random.Random(f"{seed}:person:{number}"))


@lru_cache(maxsize=2)
def _people(seed: int) -> list[str]:
    """The best known people; stories name one of them as often as somebody else."""
    numbers = [number for number in range(2_000) if kind_of(number) == "person"]
    return [person_name(number, seed) for number in numbers]


def _facts(rng: random.Random, seed: int) -> dict[str, Any]:
    """What the sentences of one document speak of."""
    known = _people(seed)
    return {
        "name": _common(rng, known) if rng.random() < 0.5 else _name(rng),
        "name2": _name(rng),
        "city": _common(rng, cities(seed)),
        "union": rng.choice(UNION_KINDS),
        "firm": rng.choice(FIRMS),
        "trade": _common(rng, TRADES),
        "thing": _common(rng, THINGS),
        "subject": _common(rng, SUBJECTS),
    }


def _sentence(rng: random.Random, facts: dict[str, Any], pattern: str) -> str:
    return pattern.format(
        **facts,
        firm2=rng.choice(FIRMS),
        trade2=_common(rng, TRADES),
        thing2=_common(rng, THINGS),
        deed=rng.choice(DEEDS),
        deed2=rng.choice(DEEDS),
        time=rng.choice(TIMES),
        weather=rng.choice(WEATHERS),
        adverb=rng.choice(ADVERBS),
        place=rng.choice(PLACES),
        number=rng.randrange(2, 60),
        number2=rng.randrange(60, 3000),
        synonym=rng.choice(_common(rng, SYNONYMS)),
        synonym2=rng.choice(SYNONYMS[-1]),
    )


def _body(rng: random.Random, facts: dict[str, Any], characters: int) -> str:
    found: list[str] = []
    size = 0
    while size < characters:
        sentence = _sentence(rng, facts, rng.choice(SENTENCES))
        found.append(sentence)
        size += len(sentence)
    return "".join(found)


def content(
    number: int, *, characters: int = BODY_CHARACTERS, seed: int = SEED
) -> tuple[str, Content]:
    """Kind and content of document `number`; its primary key is the number."""
    rng = random.Random(f"{seed}:{number}")
    kind = kind_of(number)
    facts = _facts(rng, seed)
    city = facts["city"]
    union = f"{city}{facts['union']}"
    path = f"0001{cities(seed).index(city):04d}"
    date = NEWEST - timedelta(hours=number % 26_000)
    terms: tuple[Suggestion, ...] = ()
    keys: tuple[str, ...] = ()
    note, title = union, ""
    match kind:
        case "person":
            title = facts["name"] = person_name(number, seed)
            terms, keys = (Suggestion(title, 5),), (title,)
            note = f"{city}{facts['firm']}，{facts['trade']}"
        case "book":
            title = rng.choice(BOOK_HEADS) + rng.choice(BOOK_TAILS)
            if rng.random() < 0.6:
                title = f"{city}{title}"
            author = _name(rng)
            terms, keys = (Suggestion(title, 3), Suggestion(author)), (f"978755{number:07d}",)
            note = f"{author} · {date.year}"
        case "notice":
            title = _sentence(rng, facts, rng.choice(NOTICE_TITLES))
            keys = (f"{city}工发〔2026〕{number}号",)
        case "room":
            title = f"{city}{facts['firm']}职工书屋"
        case _:
            title = _sentence(rng, facts, rng.choice(STORY_TITLES))
            keys = (facts["name"],)
    return kind, Content(
        title=title,
        url=f"/{kind}/{number}/",
        body=_body(rng, facts, characters),
        note=note,
        date=date,
        union_path=path,
        channel=facts["subject"] if kind == "story" else "",
        year=date.year,
        level=rng.choice(("national", "province", "city")) if kind == "person" else "",
        keys=keys,
        terms=terms or (Suggestion(title),),
    )


# Filling an index


class Everything:
    """Stands for a queryset of rows that exist in the index alone: each of them is public."""

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self.keys = list(keys)

    def filter(self, *, pk__in: Iterable[str]) -> "Everything":
        return Everything(pk__in)

    def values_list(self, *names: str, flat: bool = False) -> list[str]:
        return self.keys


KINDS = (*SHARES, "story")


def _declare() -> None:
    documents.registry.clear()
    for kind in KINDS:
        methods = {"get_queryset": classmethod(lambda cls: Everything())}
        names = {"kind": kind, "label": kind, "people": kind == "person"}
        documents.register(type(kind.title(), (IndexDocument,), names | methods))


@contextmanager
def declared() -> Iterator[None]:
    """Let the registry hold the generated kinds and no others for a while."""
    before = dict(documents.registry)
    _declare()
    try:
        yield
    finally:
        documents.registry.clear()
        documents.registry.update(before)


def _entries(numbers: range, characters: int = BODY_CHARACTERS) -> list[Put]:
    if set(documents.registry) != set(KINDS):
        _declare()  # a process of its own
    found = []
    for number in numbers:
        kind, made = content(number, characters=characters)
        entry = mapping.to_entry(documents.registry[kind], made)
        found.append(Put(mapping.entry_id(kind, number), entry))
    return found


def chunks(count: int) -> Iterator[range]:
    """Ranges that together hold 0 to `count`."""
    for start in range(0, count, CHUNK):
        yield range(start, min(count, start + CHUNK))


def entries(
    count: int, *, processes: int = 1, characters: int = BODY_CHARACTERS
) -> Iterator[list[Put]]:
    """Documents 0 to `count` as engines take them, prepared in `processes` processes; within
    `declared()`. In order, so that every engine that is filled this way holds the same."""
    prepare = partial(_entries, characters=characters)
    if processes == 1:
        yield from map(prepare, chunks(count))
        return
    with get_context("fork").Pool(processes) as pool:
        yield from pool.imap(prepare, chunks(count))


def fill(
    engine: Engine, count: int, *, processes: int = 1, progress: Callable[[int], None] | None = None
) -> int:
    """Build an index of documents 0 to `count` and let it be the engine's; return the number.

    Within `declared()`.
    """
    with engine.rebuilding() as building:
        for found in entries(count, processes=processes):
            building.write(found)
            if progress:
                progress(len(found))
        written = building.count()
        building.swap()
    return written


def teach(count: int) -> None:
    """Write suggestions and words of documents 0 to `count`, and the synonyms, to the database."""
    for numbers in chunks(count):
        by_kind: dict[str, dict[str, Content]] = {}
        for number in numbers:
            kind, made = content(number, characters=0)
            by_kind.setdefault(kind, {})[str(number)] = made
        for kind, contents in by_kind.items():
            services.write_terms(kind, documents.registry[kind], list(contents), contents)
    Synonym.objects.bulk_create(
        [Synonym(term=term, equivalent=equivalent) for term, equivalent in SYNONYMS],
        ignore_conflicts=True,
    )


def sources(count: int) -> list[Source]:
    """Documents 0 to `count` as judges see them."""
    made = ((number, *content(number)) for number in range(count))
    return [
        Source(mapping.entry_id(kind, number), found, kind == "person")
        for number, kind, found in made
    ]


def judged(count: int, each: int = EACH) -> list[JudgedQuery]:
    """Judged queries over documents 0 to `count`."""
    names = [city + union for city in cities() for union in UNION_KINDS]
    return build(sources(count), synonyms=SYNONYMS, places=names, each=each)

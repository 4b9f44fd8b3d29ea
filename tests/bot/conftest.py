"""A small town of our own: two departments, two pages of items, every status, one life event, one document."""

import pytest

from index.snapshot import Snapshot, ensure_snapshot
from tests.conftest import write_catalog

DEPARTMENTS = """\
departments:
  - {id: gongan, name: 区公安分局, aliases: [公安局], duties: [户籍, 身份证]}
  - {id: chengguan, name: 区城管局, aliases: [城管], duties: [油烟, 占道]}
"""
POLICE = """\
department: gongan
items:
  - id: id-card-reissue
    name: 居民身份证补领
    aliases: [补身份证]
    phrasings: [身份证搞丢了怎么补]
    type: 行政确认
    audiences: [自然人]
    themes: [户籍身份]
    popularity: 90
    related_services: [{id: passport}]
    guide:
      summary: 身份证丢了重新领一张。
      statutory_limit: {value: 60, unit: 自然日}
      promised_limit: {value: 20, unit: 工作日}
      online: {available: true, fully: true, platform: 鄂汇办, web_url: "https://zwfw.hubei.gov.cn"}
      visits: 0
      materials: [{name: 户口簿}]
      steps_online: [登录, 申请]
      fees: [{item: 工本费, amount: 40 元}]
      unverified: [窗口电话]
      verified_on: 2026-11-01
  - id: passport
    name: 普通护照首次申领
    aliases: [办护照]
    type: 行政许可
    audiences: [自然人]
    themes: [出境入境]
    guide: {online: {available: false}, materials: [{name: 照片}], fees: []}
  - id: temporary-id
    name: 临时居民身份证申领
    type: 行政确认
    audiences: [自然人]
    themes: [户籍身份]
    guide: {online: {available: false}, promised_limit: {value: 0, unit: 工作日}}
  - id: residence-permit
    name: 居住证申领
    type: 行政确认
    audiences: [自然人]
    themes: [户籍身份]
    status: 暂停
    status_note: 系统升级，十二月恢复。
    guide: {online: {available: true}}
  - id: firework-permit
    name: 烟花爆竹道路运输许可
    type: 行政许可
    audiences: [企业法人]
    themes: [安全生产]
    status: 取消
    guide: {online: {available: false}}
"""
PLAIN = """\
  - id: {id}
    name: {name}
    type: 公共服务
    audiences: [企业法人, 自然人]
    themes: [城市管理]
    guide: {{online: {{available: false}}}}
"""
CITY_NAMES = ("占道经营审批", "户外广告设置", "建筑垃圾处置", "临时堆放物料", "挖掘城市道路", "公共厕所查询",
              "园林树木砍伐", "门店招牌备案", "餐厨废弃物收运")  # fmt: skip
TOWN = {
    "departments.yaml": DEPARTMENTS,
    "items/gongan.yaml": POLICE,
    "items/chengguan.yaml": "department: chengguan\nitems:\n"
    + "".join(PLAIN.format(id=f"city-{number}", name=name) for number, name in enumerate(CITY_NAMES)),
    "synonyms.yaml": "synonyms:\n  - {say: [出国本本], mean: [护照]}\n",
    "life_events.yaml": "life_events:\n"
    "  - id: wallet-lost\n    name: 钱包丢了\n    steps:\n"
    "      - {item: id-card-reissue, why: 先补身份证}\n      - {item: passport, why: 再补护照}\n",
    "documents/all.yaml": "documents:\n"
    "  - {id: budget, title: 试验区2026年财政预算报告, kind: 财政预决算, publisher: gongan,\n"
    "     published_on: 2026-01-20, summary: 全年预算。, keywords: [财政预算, 报告]}\n",
}


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The town, indexed once."""
    folder = tmp_path_factory.mktemp("town")
    return ensure_snapshot(write_catalog(folder / "catalog", TOWN), folder / "index")

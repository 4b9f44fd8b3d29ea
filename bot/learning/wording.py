"""What a clerk reads about questions to learn from."""

from bot.conversation.messages import Ending
from bot.learning.heard import Signal

SIGNALS = {
    Signal.DECLINED: "没找到",
    Signal.CLARIFIED: "反问了",
    Signal.CHOSEN: "后来选了",
    Signal.NOT_MINE: "说不是要的",
}
ENDINGS = {
    Ending.ANSWERED: "直接回答",
    Ending.CLARIFIED: "反问是哪一件",
    Ending.DECLINED: "没找到，如实说",
    Ending.BROWSED: "列出一件大事的全部手续",
    Ending.ROUTED_DISCLOSURE: "转到申请信息公开",
    Ending.ROUTED_LETTER: "转到区长信箱",
    Ending.STATUS: "转到查进度",
    Ending.HANDOVER: "转人工",
    Ending.SMALL_TALK: "寒暄",
    Ending.HELPED: "说明怎么用",
    Ending.CANCELLED: "重新开始",
    Ending.REFUSED_INPUT: "请重新写",
}

NOTHING_HOLDS = "目录里没有一个事项有这些词"
HARDLY_HELD = "最接近的也只对上 {coverage:.0%}"
TOO_LIKE = "几个事项都像，分不出：{names}"
OUT_OF_SCOPE = "不像政务事项"
ANSWERED_NOW = "现在会直接答：{name}"
EVENT_NOW = "现在会列出“{name}”的全部手续"
REFUSED_AGAIN = "会答“{name}”，但有人说不是要的"
GOES_ELSEWHERE = "现在会{ending}"

TOO_LONG = "这句话有 {length} 个字，一个问法最多 {limit} 个字。请写短一些。"
EMPTY = '请在引号里写市民的问法，例：wenban questions accept "身份证掉了咋补" --item 事项编号。'
ONE_LINE = "一个问法只写一行，不要有换行和看不见的字符。"
PERSONAL = "这句话里好像有姓名、号码、邮箱或门牌。请去掉以后再写，只留办事的说法。"
NO_ITEM = "没有编号或名称是“{item}”的事项。请用 wenban search 找到编号。"
KNOWN = "“{text}”已经是“{name}”的{field}了，不用再写。"
OFFICIAL = "这句话里有事项的正式名称“{name}”，本来就找得到，不用写成问法。请写市民平常的说法。"
SHIPPED_ONLY = (
    "现在用的是自带的目录，升级时会被换掉。请复制一份，用 --catalog 指明，"
    "例：wenban --catalog 我的目录 questions accept …"
)
BY_HAND = "{file} 第 {line} 行这个事项的写法特别，程序不敢改。请手工在它的 phrasings 里加上这一句。"
CHANGED = "{file} 刚刚被别人改过，没有写。请再试一次。"
BEING_WRITTEN = "另一个人正在写这份目录。请过一会儿再试；确定没有别人在写的话，请删掉 {lock}。"
NOT_WRITABLE = "{path} 写不进去（{reason}）。请检查磁盘空间和写入权限。"
NOT_KEPT = "没有记录过“{text}”这样的问题。请用 wenban questions report 查看。"

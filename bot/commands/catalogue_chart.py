"""The catalogue's figures as a picture; the only module that knows pygal."""

import pygal
from pygal.style import Style

from catalog.stats import Stats

FONTS = "'Noto Sans CJK SC', 'Noto Sans SC', 'Microsoft YaHei', 'PingFang SC', 'WenQuanYi Micro Hei', sans-serif"
TITLE = "网上办理情况：{items} 个事项，可网办 {online} 个（{rate:.1%}），其中全程网办 {fully} 个"
FULLY, PARTLY, WINDOW = "全程网办", "网办，不是全程", "窗口办"
GREEN, BLUE, GREY = "#2e7d32", "#64b5f6", "#bdbdbd"
LABEL, MARGIN = 14, 20
TOO_NARROW = 0.4
"""pygal takes a letter to be 0.6 of its size wide; a Chinese one is as wide as high."""
ROW, REST = 30, 150
"""Pixels of one bar, and of title, legend and axis together."""
_STYLE = Style(
    font_family=FONTS,
    background="white",
    plot_background="white",
    colors=(GREEN, BLUE, GREY),
    opacity="1",
    label_font_size=LABEL,
    major_label_font_size=14,
    legend_font_size=14,
    title_font_size=17,
    value_font_size=12,
    value_colors=("white", "black", "black"),
    guide_stroke_color="#dddddd",
    major_guide_stroke_color="#dddddd",
)


def chart(found: Stats) -> bytes:
    """An SVG with one bar for each department; words are text in it, not outlines."""
    rows, total = found.by_department, found.total
    drawing = pygal.HorizontalStackedBar(
        style=_STYLE,
        margin_left=MARGIN + int(TOO_NARROW * LABEL * max(map(len, rows), default=0)),
        js=(),  # the tooltips' script would be fetched from a foreign server
        pretty_print=True,
        width=1000,
        height=REST + ROW * max(len(rows), 2),
        title=TITLE.format(
            items=total.items, online=total.online, rate=total.online_rate, fully=total.fully_online
        ),
        legend_at_bottom=True,
        legend_at_bottom_columns=3,
        truncate_legend=-1,
        truncate_label=-1,
        print_values=True,
        show_y_guides=False,
        formatter=lambda value: str(value) if value else "",
        value_formatter=lambda value: f"{value:.0f}",
        order_min=0,
    )
    # pygal draws the first row at the bottom.
    names = list(rows)[::-1]
    drawing.x_labels = names
    drawing.add(FULLY, [rows[name].fully_online for name in names])
    drawing.add(PARTLY, [rows[name].online - rows[name].fully_online for name in names])
    drawing.add(WINDOW, [rows[name].items - rows[name].online for name in names])
    rendered: bytes = drawing.render()
    return rendered

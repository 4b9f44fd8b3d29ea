"""What Telegram users read about what they sent, where the channel itself has to say it."""

TOO_LARGE = "这个文件太大，没有收下。一个文件最多 10 MB：请拍成照片，或分成几份再发。前面填的都还在。"
WRONG_TYPE = (
    "这种文件收不了，没有收下。请发照片，或 PDF、Word、Excel、OFD 文件；压缩包请解开，一个一个发。前面填的都还在。"
)
NOT_THERE = "这个文件没有取下来。请再发一次。前面填的都还在。"
VOICE = "语音我听不了。请打字告诉我；手机输入法上有语音转文字，也可以用。"
VIDEO = "视频我看不了。请用文字写清楚，要附证据的可以发照片或 PDF。"
STICKER = "表情我看不懂。请打字告诉我您要办什么事。"
LOCATION = "位置我看不了。请用文字写清地址，比如：沙市区解放路 12 号。"
CONTACT = "名片我看不了。请把姓名和电话打出来。"
UNKNOWN = "这种消息我看不懂。请打字告诉我，照片和 PDF 也可以发。"
PHOTO = "照片.jpg"

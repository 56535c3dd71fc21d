"""Weighted lengths of twitter-text's conformance suite, the sections for configuration v3.

Source: github.com/twitter/twitter-text, conformance/validate.yml, sections
WeightedTweetsWithDiscountedEmojiCounterTest and UnicodeDirectionalMarkerCounterTest.
Copyright Twitter, Inc. and other contributors, Apache License 2.0. Only text and length are kept;
what repeats is written as a repetition.
"""

X = "xxxxxxxxxx-"
ALOHA = "https://www.twitter.com/aloha "
POEM = (
    "故人西辞黄鹤楼，烟花三月下扬州。孤帆远影碧空尽，唯见长江天际流。朱雀桥边野草花，乌衣巷口夕阳斜。旧时王谢堂前燕，"
    "飞入寻常百姓家。朝辞白帝彩云间，千里江陵一日还。两岸猿声啼不住，轻舟已过万重山。泪湿罗巾梦不成，夜深前殿按歌声。"
    "红颜未老恩先断，斜倚薰笼坐到明。独在异乡为异客，每逢佳节倍思亲。遥知兄弟登高处，遍插茱萸少一人。"
)
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
KANA = "あいうえおかきくけこ"
ENDLESS = "https://" + "somesuperlongurl" * 249 + ".com/foo "
SPACES = "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
DASHES = " ‐ ‑ ‒ – — ― ‖  ‗ ‘ ’ ‚ ‛ “ ” „ ‟ ′ ″ ‴ ‵ ‶ ‷"

CASES = [
    ("Hi http://test.co", 26),
    ("http://test.co", 23),
    ("285 chars-" + X * 25, 285),
    ("285 chars- http://www.twitter.com/jack " + X * 24, 299),
    (X * 24 + " http://www.twitter.com/jack ", 289),
    (ALOHA * 10, 240),
    (POEM, 320),
    ("\U0001f637" * 160, 320),
    ("the" + POEM, 323),
    ("282 chars-" + X * 24 + "xxxxxA\u0301x", 281),
    ("H\U0001f431☺" + FAMILY, 7),
    ("\U0001f637\U0001f47e\U0001f621\U0001f525\U0001f4a9", 10),
    ("\U0001f64b\U0001f3fd\U0001f468\u200d\U0001f3a4", 4),
    ("This is a tweet with general punctuation characters: " + SPACES + DASHES, 110),
    ("Long url with invalid domain labels and a short url: " + ENDLESS * 3 + "https://validurl.com", 12079),
    ("randomurl" * 7 + "s.com", 68),
    (KANA * 12 + " http://" + KANA * 5 + "あいう.com", 358),
    (KANA * 12 + " http://" + KANA * 5 + "あい.com", 264),
    (FAMILY * 140, 280),
    (
        "Unicode 10.0 emoji: \U0001f92a; \U0001f9d5; \U0001f9d5\U0001f3fe; "
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        34,
    ),
    ("Unicode 9.0 emoji: \U0001f920; \U0001f483; \U0001f483\U0001f3fe", 29),
    ("ABC\u202a\uffffABC\ufffe", 12),
    ("\u2066\u202ahttp://foobar.پاکستان/\u202c\u2069", 31),
]  # fmt: skip

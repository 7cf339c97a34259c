"""What codecs are called by people."""

from app.views.formats import names


def test_each_name_once_and_what_is_not_known_as_it_is() -> None:
    assert names(("hvc1.1.6.L93.90", "hev1.2", "mp4a.40.2", "mp4a.6B", "xyz1.2")) == ("HEVC", "AAC", "MP3", "xyz1.2")
    assert names(()) == ()

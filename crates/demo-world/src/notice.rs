//! The notice of the demonstration, in both languages.

use gateway::ports::Notice;
use protocol::code::Locale;

const VERSION: &str = "2026-11-01";

pub(crate) fn all() -> Vec<Notice> {
    vec![
        notice(
            Locale::ZhCn,
            include_str!("../data/notice/summary.zh-CN.txt"),
            include_str!("../data/notice/notice.zh-CN.txt"),
        ),
        notice(Locale::En, include_str!("../data/notice/summary.en.txt"), include_str!("../data/notice/notice.en.txt")),
    ]
}

fn notice(locale: Locale, summary: &str, text: &str) -> Notice {
    Notice {
        version: VERSION.to_owned(),
        locale,
        summary: summary.trim_end().to_owned(),
        text: text.trim_end().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use protocol::text::NoticeText;

    #[test]
    fn notices_travel_as_they_are() {
        for notice in super::all() {
            assert!(
                NoticeText::new(notice.text).is_ok() && NoticeText::new(notice.summary).is_ok(),
                "no character that the wire refuses"
            );
        }
    }
}

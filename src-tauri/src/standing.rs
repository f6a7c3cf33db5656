//! How things stand, in the few words the desktop may show: tray and title bar, in the language chosen now.
//!
//! Only the stage of a query and whether the vault is open are looked at, so nothing private can get in.

use journey::{
    Journey,
    view::{Language, QueryState, VaultState},
};
use tauri::{AppHandle, Manager};

use crate::{tray, window, words::Word};

/// Whether this is the demonstration, which every word of the desktop's says.
pub(crate) struct Demo(pub(crate) bool);

/// Says it now.
pub(crate) async fn say(app: &AppHandle) {
    let journey = app.state::<Journey>();
    let (Ok(settings), Ok(home)) = (journey.settings_get().await, journey.settings_home().await) else { return };
    let (language, demo) = (settings.locale, app.state::<Demo>().0);
    window::rename(app, title(demo).say(language));
    let line = line(demo, home.query.map(|query| query.state), home.vault, language);
    if let Err(error) = tray::say(app, language, &line, home.vault == VaultState::Unlocked) {
        tracing::info!(%error, "the tray does not take its words");
    }
}

fn title(demo: bool) -> Word {
    if demo { Word::DemoTitle } else { Word::Title }
}

/// One line: whose it is, where the query stands, and whether anything is open.
fn line(demo: bool, query: Option<QueryState>, vault: VaultState, language: Language) -> String {
    let stage = match query {
        None | Some(QueryState::Ending) => Word::NoQuery,
        Some(QueryState::Prepared | QueryState::Verifying) => Word::NotSent,
        Some(QueryState::Sending | QueryState::Collecting | QueryState::Retrying) => Word::Collecting,
        Some(QueryState::Ready) => Word::ReportReady,
    };
    let lock = match vault {
        VaultState::None => None,
        VaultState::Locked | VaultState::Waiting => Some(Word::Locked),
        VaultState::Unlocked => Some(Word::Unlocked),
    };
    let words: Vec<String> = [title(demo), stage].into_iter().chain(lock).map(|word| word.say(language)).collect();
    words.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_where_things_stand() {
        let collecting = line(false, Some(QueryState::Collecting), VaultState::Locked, Language::ZhCn);
        assert_eq!(collecting, "名下 · 银行正在答复 · 已锁定");
        let ready = line(true, Some(QueryState::Ready), VaultState::Unlocked, Language::En);
        assert_eq!(ready, "Mingxia (demonstration) · Report ready · unlocked");
        assert_eq!(
            line(false, None, VaultState::None, Language::ZhCn),
            "名下 · 没有进行中的查询",
            "nothing to lock yet"
        );
    }

    #[test]
    fn the_demonstration_says_so_in_every_state() {
        use QueryState::*;
        let queries = [Prepared, Verifying, Sending, Collecting, Ready, Retrying, Ending].map(Some);
        for query in queries.into_iter().chain([None]) {
            for (language, word) in [(Language::ZhCn, "演示"), (Language::En, "demonstration")] {
                let said = line(true, query, VaultState::Locked, language);
                assert!(said.contains(word), "{said}");
            }
        }
    }
}

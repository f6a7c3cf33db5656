//! What a Linux desktop says on its buses: systemd-logind of sleep and of the session's lock, the desktop of its
//! screen.

use futures_util::StreamExt as _;
use journey::{Journey, view::Language};
use tauri::{AppHandle, Manager};
use zbus::{Connection, MatchRule, MessageStream, message::Type, zvariant::OwnedFd};

use crate::{locking, words::Word};

/// systemd-logind, as its manual page org.freedesktop.login1(5) describes it.
const LOGIND: &str = "org.freedesktop.login1";
const LOGIND_PATH: &str = "/org/freedesktop/login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";

/// Screen savers, each under a name of its own; the words they speak are those of the first.
const SCREENS: [&str; 5] = [
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.cinnamon.ScreenSaver",
    "org.mate.ScreenSaver",
    "org.xfce.ScreenSaver",
];

/// Follows all of them for as long as the app runs.
pub(crate) fn watch(app: &AppHandle) {
    let sleeps = app.clone();
    tauri::async_runtime::spawn(async move { ended("sleep", sleep(&sleeps).await) });
    let locks = app.clone();
    tauri::async_runtime::spawn(async move { ended("session", session(&locks).await) });
    for name in SCREENS {
        let darkens = app.clone();
        tauri::async_runtime::spawn(async move { ended(name, screen(&darkens, name).await) });
    }
}

/// The machine waits until nothing is open any more; after waking, what is over ends first.
async fn sleep(app: &AppHandle) -> zbus::Result<()> {
    let bus = Connection::system().await?;
    let mut heard = listen(&bus, LOGIND, MANAGER, "PrepareForSleep").await?;
    let mut delay = delay(app, &bus).await;
    while let Some(message) = heard.next().await {
        if flag(&message?) {
            locking::lock(app).await;
            drop(delay.take());
        } else {
            // Its first step ends what is over; the rest needs the network and says so by itself.
            let _ = app.state::<Journey>().tick().await;
            delay = self::delay(app, &bus).await;
        }
    }
    Ok(())
}

/// Asks that sleep waits for us, until what is returned is dropped. logind waits five seconds at most.
async fn delay(app: &AppHandle, bus: &Connection) -> Option<OwnedFd> {
    let language = app.state::<Journey>().settings_get().await.map_or(Language::System, |settings| settings.locale);
    let asked = ("sleep", Word::Title.say(language), Word::BeforeSleep.say(language), "delay");
    let reply = bus.call_method(Some(LOGIND), LOGIND_PATH, Some(MANAGER), "Inhibit", &asked).await;
    reply.and_then(|reply| reply.body().deserialize()).ok()
}

/// Somebody locks a session of this machine; which one makes no difference to a closed report.
async fn session(app: &AppHandle) -> zbus::Result<()> {
    let bus = Connection::system().await?;
    let mut heard = listen(&bus, LOGIND, SESSION, "Lock").await?;
    while let Some(message) = heard.next().await {
        message?;
        locking::lock(app).await;
    }
    Ok(())
}

/// The screen is locked or blanked.
async fn screen(app: &AppHandle, name: &'static str) -> zbus::Result<()> {
    let bus = Connection::session().await?;
    let mut heard = listen(&bus, name, name, "ActiveChanged").await?;
    while let Some(message) = heard.next().await {
        if flag(&message?) {
            locking::lock(app).await;
        }
    }
    Ok(())
}

/// A signal, taken only from whom it belongs to.
async fn listen(
    bus: &Connection,
    sender: &'static str,
    interface: &'static str,
    member: &'static str,
) -> zbus::Result<MessageStream> {
    let rule = MatchRule::builder().msg_type(Type::Signal).sender(sender)?.interface(interface)?.member(member)?;
    MessageStream::for_match_rule(rule.build(), bus, None).await
}

/// Whether a signal says that the person leaves; one that says nothing is taken for it.
fn flag(message: &zbus::Message) -> bool {
    message.body().deserialize().unwrap_or(true)
}

/// Nothing more is heard: losing the focus still locks.
fn ended(what: &'static str, how: zbus::Result<()>) {
    if let Err(error) = how {
        tracing::info!(what, %error, "the desktop does not say when the person leaves");
    }
}

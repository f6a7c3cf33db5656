//! A desktop's tray: the app puts its icon there, and its menu is read and chosen from as the desktop does.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use zbus::{
    blocking::{Connection, Proxy, connection::Builder},
    interface,
    message::Header,
    zvariant::{OwnedObjectPath, OwnedValue, Value},
};

use crate::{Step, Stuck, session::until};

const WATCHER: &str = "org.kde.StatusNotifierWatcher";

/// The icon that came last: whose it is, and where.
type Icon = Arc<Mutex<Option<(String, String)>>>;

/// A row of a menu: its number, what it says, the rows below it.
type Row = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

/// A tray on the session's bus. Dropped, the desktop has none.
#[derive(Debug)]
pub struct Tray {
    bus: Connection,
    icon: Icon,
}

impl Tray {
    /// Sets it up.
    ///
    /// # Errors
    /// Where there is no session bus.
    pub fn start() -> Step<Self> {
        let icon = Icon::default();
        let served =
            Builder::session().and_then(|bus| bus.serve_at("/StatusNotifierWatcher", Watcher(Arc::clone(&icon))));
        let bus = served.and_then(|bus| bus.name(WATCHER)?.build()).map_err(spoken)?;
        Ok(Self { bus, icon })
    }

    /// Waits until the menu of the icon says a word.
    ///
    /// # Errors
    /// Where it never does.
    pub fn reads(&self, word: &str) -> Step {
        let mut last = String::new();
        until(word, || {
            // An icon that is just coming has no menu yet.
            last = self.rows().map(|rows| format!("{rows:?}")).unwrap_or_default();
            Ok(last.contains(word).then_some(()))
        })
        .map_err(|error| Stuck::Wrong(format!("{error}: the tray says {last}")))
    }

    /// Chooses a row of the menu by what it says, once it can be chosen.
    ///
    /// # Errors
    /// Where it never can.
    pub fn choose(&self, word: &str) -> Step {
        until(word, || {
            let rows = self.rows().unwrap_or_default();
            let row =
                rows.into_iter().find(|(_, says, _)| says.get("label").is_some_and(|label| **label == word.into()));
            let can = row.filter(|(_, says, _)| says.get("enabled").is_none_or(|enabled| **enabled != false.into()));
            can.map(|(number, ..)| self.click(number).map_err(spoken)).transpose()
        })
    }

    /// What a click on a row does.
    fn click(&self, row: i32) -> zbus::Result<()> {
        let Some(menu) = self.menu()? else { return Ok(()) };
        menu.call("Event", &(row, "clicked", Value::from(0_i32), 0_u32))
    }

    /// Every row of the menu; none where there is no icon.
    fn rows(&self) -> zbus::Result<Vec<Row>> {
        let Some(menu) = self.menu()? else { return Ok(Vec::new()) };
        let (_, (_, _, rows)): (u32, Row) = menu.call("GetLayout", &(0_i32, -1_i32, Vec::<String>::new()))?;
        Ok(rows.into_iter().map(Row::try_from).collect::<Result<_, _>>()?)
    }

    /// The menu of the icon that came last.
    fn menu(&self) -> zbus::Result<Option<Proxy<'_>>> {
        let icon = self.icon.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some((owner, path)) = icon else { return Ok(None) };
        let item = Proxy::new(&self.bus, owner.clone(), path, "org.kde.StatusNotifierItem")?;
        let menu: OwnedObjectPath = item.get_property("Menu")?;
        Proxy::new(&self.bus, owner, menu, "com.canonical.dbusmenu").map(Some)
    }
}

fn spoken(error: zbus::Error) -> Stuck {
    Stuck::Wrong(format!("on the bus: {error}"))
}

/// Who keeps the icons, with somebody who shows them.
struct Watcher(Icon);

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, #[zbus(header)] header: Header<'_>, place: &str) {
        let owner = header.sender().map(ToString::to_string).unwrap_or_default();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((owner, place.to_owned()));
    }

    fn register_status_notifier_host(&self, _host: &str) {}

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        Vec::new()
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

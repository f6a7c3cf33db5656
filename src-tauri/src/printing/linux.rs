//! GTK's print dialog beside the main loop. The one WebKitGTK opens for `window.print` holds the loop until it is
//! answered, and nothing locks meanwhile; this one belongs to the window and goes with it.

use std::{cell::Cell, rc::Rc};

use gtk::prelude::{
    BuilderExtManual as _, CastNone as _, DialogExt as _, GtkWindowExt as _, ObjectExt as _, WidgetExt as _,
};
use journey::view::Language;
use tauri::{Runtime, WebviewWindow};
use tokio::sync::oneshot;
use webkit2gtk::{PrintOperation, PrintOperationExt as _, WebView, WebViewExt as _};

use super::not_printed;
use crate::{error::Answer, words::Word};

/// The dialog, with what WebKitGTK can do to pages. No binding knows its name; GTK's builder does.
const DIALOG: &str = r#"<interface>
  <object class="GtkPrintUnixDialog" id="dialog">
    <property name="modal">1</property>
    <property name="destroy-with-parent">1</property>
    <property name="embed-page-setup">1</property>
    <property name="manual-capabilities">page-set|copies|collate|reverse|scale|number-up|number-up-layout</property>
  </object>
</interface>"#;

/// What a PDF is called until the person names it.
const FILE: &str = "mingxia-letter";

/// Who waits to hear how it went.
type Tell = oneshot::Sender<Answer<()>>;

/// No page opens WebKitGTK's own dialog.
///
/// # Errors
/// Where the window is gone.
pub(crate) fn by_us_alone<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    window.with_webview(|platform| {
        platform.inner().connect_print(|_, _| true);
    })
}

/// Asks where to print the page of this window, and prints it there. A dialog put away prints nothing.
///
/// # Errors
/// [`journey::ErrorCode::NotPrinted`] where no dialog opens, or the printer or the file takes nothing.
pub(crate) async fn page<R: Runtime>(window: &WebviewWindow<R>, language: Language) -> Answer<()> {
    let (tell, told) = oneshot::channel();
    let title = Word::PrintLetter.say(language);
    window.with_webview(move |platform| ask(platform.inner(), &title, tell)).map_err(|_| not_printed())?;
    // Where nobody tells, the dialog went with its window.
    told.await.unwrap_or(Ok(()))
}

/// Opens the dialog over the window; its answer prints.
fn ask(view: WebView, title: &str, tell: Tell) {
    let builder = gtk::Builder::new();
    let built = builder.add_from_string(DIALOG).ok().and_then(|()| builder.object::<gtk::Dialog>("dialog"));
    let Some(dialog) = built else { return say(tell, Err(not_printed())) };
    let settings = gtk::PrintSettings::new();
    settings.set("output-basename", Some(FILE));
    dialog.set_property("print-settings", settings);
    dialog.set_title(title);
    dialog.set_transient_for(view.toplevel().and_downcast::<gtk::Window>().as_ref());
    let tell = Cell::new(Some(tell));
    dialog.connect_response(move |dialog, response| {
        // The first answer counts; that the dialog closes after it is one too.
        let Some(tell) = tell.take() else { return };
        match response {
            gtk::ResponseType::Ok => print(&view, dialog, tell),
            _ => say(tell, Ok(())),
        }
        if response != gtk::ResponseType::DeleteEvent {
            dialog.close();
        }
    });
    dialog.show();
}

/// Prints as the dialog says. WebKitGTK keeps the operation until it is over, and calls a failed one finished as well.
fn print(view: &WebView, dialog: &gtk::Dialog, tell: Tell) {
    let operation = PrintOperation::new(view);
    operation.set_print_settings(&dialog.property("print-settings"));
    operation.set_page_setup(&dialog.property("page-setup"));
    let failed = Rc::new(Cell::new(false));
    let fails = failed.clone();
    operation.connect_failed(move |_, _| fails.set(true));
    let tell = Cell::new(Some(tell));
    operation.connect_finished(move |_| {
        if let Some(tell) = tell.take() {
            say(tell, if failed.get() { Err(not_printed()) } else { Ok(()) });
        }
    });
    operation.print();
}

/// Nobody may be waiting any more.
fn say(tell: Tell, how: Answer<()>) {
    let _ = tell.send(how);
}

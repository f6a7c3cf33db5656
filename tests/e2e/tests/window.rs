//! What the window refuses, tried from inside its own page.

use std::{
    io::Read as _,
    net::{TcpListener, TcpStream},
    process::Command,
    sync::{Mutex, MutexGuard, PoisonError},
};

use e2e::{buses::SilentPortal, dialog::Dialog, page::Page, session::until, stage::Stage, tray::Tray};

/// One app runs at a time, as on a person's desktop.
static ONE: Mutex<()> = Mutex::new(());

/// A stage with the app open on its first page.
fn opened(name: &str) -> (Stage, std::path::PathBuf, MutexGuard<'static, ()>) {
    let alone = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = std::env::temp_dir().join(format!("mingxia-{name}-{}", std::process::id()));
    let mut stage = Stage::set(&folder).expect("the demonstration starts");
    stage.open().and_then(|page| page.see("home-say")).expect("the app opens");
    (stage, folder, alone)
}

fn comes_to(page: Page<'_>, expression: &str) -> String {
    let said = page.asks(expression).unwrap_or_else(|stuck| panic!("{expression} has no answer: {stuck}"));
    said.as_str().map_or_else(|| said.to_string(), str::to_owned)
}

/// What a call from the page comes to.
fn call(page: Page<'_>, command: &str, arguments: &str) -> String {
    comes_to(page, &format!("window.__TAURI_INTERNALS__.invoke('{command}', {arguments})"))
}

#[test]
fn nothing_in_the_page_reaches_past_its_own_acts() {
    let (stage, folder, _alone) = opened("reach");
    let page = stage.page().expect("the app is open");

    // Fault 44: a command nobody granted, also one a plugin brings along.
    for command in [
        "plugin:notification|notify",
        "plugin:window|create",
        "plugin:window|internal_toggle_devtools",
        "plugin:webview|internal_toggle_devtools",
        "plugin:webview|create_webview",
        "plugin:app|version",
        "plugin:event|emit",
        "plugin:path|resolve_directory",
        "plugin:enrol|everything",
        "everything",
    ] {
        assert!(call(page, command, "{}").starts_with("threw: "), "the page may call {command}");
    }
    // Fault 40: a call that does not come from our own page carries no key of this run, and does nothing.
    let elder = "(await window.__TAURI_INTERNALS__.invoke('plugin:settings|get')).elder";
    for key in ["{}", "{ 'Tauri-Invoke-Key': 'guessed' }"] {
        let body = "JSON.stringify({ settings: { ...settings, elder: true } })";
        let headers = "{ ...key, 'Tauri-Callback': '1', 'Tauri-Error': '2', 'Content-Type': 'application/json' }";
        let forged = format!(
            "(async (key) => {{
                const settings = await window.__TAURI_INTERNALS__.invoke('plugin:settings|get');
                const call = {{ method: 'POST', body: {body}, headers: {headers} }};
                fetch('ipc://localhost/plugin%3Asettings%7Cset', call).catch(() => 0);
                window.ipc.postMessage(JSON.stringify({{ cmd: 'plugin:settings|set', callback: 1, error: 2, payload: {{ settings: {{ ...settings, elder: true }} }} }}));
                await window.__TAURI_INTERNALS__.invoke('plugin:settings|home');
                return 0;
            }})({key})"
        );
        assert_eq!(comes_to(page, &forged), "0", "the page could not even try");
        assert_eq!(comes_to(page, elder), "false", "a call with {key} changed a setting");
    }
    // Fault 45, and no global way in.
    assert_eq!(comes_to(page, "Object.isFrozen(Object.prototype)"), "true", "prototypes can be polluted");
    assert_eq!(comes_to(page, "typeof window.__TAURI__"), "undefined", "there is a global way to the core");
    // Nothing is kept by the page.
    assert_eq!(
        comes_to(page, "localStorage.length + sessionStorage.length + document.cookie.length"),
        "0",
        "the page keeps something"
    );

    drop(stage);
    std::fs::remove_dir_all(folder).expect("the test owns its folder");
}

#[test]
fn arguments_no_act_takes_are_refused_and_the_app_lives_on() {
    let (stage, folder, _alone) = opened("arguments");
    let page = stage.page().expect("the app is open");
    let huge = "'x'.repeat(32 << 20)";
    let deep = "JSON.parse('['.repeat(2000) + ']'.repeat(2000))";

    for (command, arguments) in [
        ("plugin:consent|agree", "{}".to_owned()),
        ("plugin:consent|agree", format!("{{form: {deep}}}")),
        ("plugin:consent|kept", "{query_id: '../../etc/passwd'}".to_owned()),
        ("plugin:consent|save", "{query_id: {}}".to_owned()),
        ("plugin:read|mark", "{card: 7, mark: 'mine'}".to_owned()),
        ("plugin:read|mark", "{card: '7', mark: 'ours'}".to_owned()),
        ("plugin:enrol|start", format!("{{name: {huge}, id_type: 'CN_ID'}}")),
        ("plugin:enrol|start", "new Uint8Array(8)".to_owned()),
        ("plugin:enrol|confirm", format!("{{code: {huge}}}")),
        ("plugin:enrol|confirm", "{code: '\\u0000\\ud800'}".to_owned()),
        ("plugin:enrol|prove", "{kind: 'sms_and_more'}".to_owned()),
        ("plugin:unlock|open", "{}".to_owned()),
        ("plugin:unlock|open", "new Uint8Array(32 << 20)".to_owned()),
        ("plugin:unlock|change", "new Uint8Array([255, 255, 255, 255, 1])".to_owned()),
        ("plugin:settings|set", "{settings: {locale: 'xx', __proto__: {theme: 'dark'}}}".to_owned()),
    ] {
        let said = call(page, command, &arguments);
        assert!(said.starts_with("threw: "), "{command} takes {arguments}: {said}");
    }
    assert_eq!(
        comes_to(page, "(await window.__TAURI_INTERNALS__.invoke('plugin:settings|home')).phase"),
        "not_enrolled",
        "the app went away"
    );

    drop(stage);
    std::fs::remove_dir_all(folder).expect("the test owns its folder");
}

/// Every way a page knows to reach an address, each waited for as far as it says how it ended.
const WAYS_OUT: &str = "(async (out) => {
    const settled = (tag, set) => new Promise((done) => {
        const one = Object.assign(document.createElement(tag), set);
        one.onload = one.onerror = done;
        addEventListener('securitypolicyviolation', done, { once: true });
        document.body.append(one);
    });
    const socket = (make) => new Promise((done) => {
        try { make().onerror = done; } catch { done(); }
    });
    await fetch(out).catch(() => 0);
    await fetch(out, { mode: 'no-cors', method: 'POST', body: 'cards' }).catch(() => 0);
    await settled('img', { src: out });
    await settled('script', { src: out });
    await settled('link', { rel: 'stylesheet', href: out });
    await settled('iframe', { src: out });
    await settled('object', { data: out, type: 'text/html' });
    await socket(() => new WebSocket(out.replace('http', 'ws')));
    await socket(() => new EventSource(out));
    await socket(() => new Worker(out));
    navigator.sendBeacon?.(out, 'cards');
    document.body.append(Object.assign(document.createElement('link'), { rel: 'prefetch', href: out }));
    document.body.append(Object.assign(document.createElement('link'), { rel: 'preconnect', href: out }));
    const form = Object.assign(document.createElement('form'), { action: out, method: 'POST' });
    document.body.append(form);
    form.submit();
    Object.assign(document.createElement('a'), { href: out, ping: out }).click();
    Object.assign(document.createElement('a'), { href: out, download: 'cards.txt' }).click();
    Object.assign(document.createElement('a'), { href: out, target: '_blank' }).click();
    const opened = String(open(out));
    location.assign(out);
    return opened;
})";

#[test]
fn no_way_leads_out_of_the_house() {
    let (stage, folder, _alone) = opened("out");
    let page = stage.page().expect("the app is open");
    let neighbour = TcpListener::bind("127.0.0.1:0").expect("loopback is there");
    let address = neighbour.local_addr().expect("it has an address");

    // Fault 42, and the policy of the page.
    assert_eq!(comes_to(page, &format!("{WAYS_OUT}('http://{address}/')")), "null", "a new window opened");
    page.see("home-say").expect("the page stays");
    assert_eq!(comes_to(page, "location.origin"), "tauri://localhost", "the page went elsewhere");
    assert!(comes_to(page, "new Function('return 1')()").starts_with("threw: "), "text became code");
    assert_eq!(
        comes_to(
            page,
            "document.body.innerHTML += '<img src=x onerror=\"window.pierced=1\">', await new Promise(setTimeout), String(window.pierced)"
        ),
        "undefined",
        "markup became code"
    );
    // Whoever knocked before us stands before us at the door.
    let ours = TcpStream::connect(address).expect("the neighbour is there");
    let (mut guest, first) = neighbour.accept().expect("somebody is at the door");
    if first != ours.local_addr().expect("we have an address") {
        let mut said = [0; 400];
        let length = guest.read(&mut said).unwrap_or_default();
        panic!("the page reached a neighbour: {}", String::from_utf8_lossy(&said[..length]));
    }

    drop(stage);
    std::fs::remove_dir_all(folder).expect("the test owns its folder");
}

#[test]
fn a_second_start_and_a_wrong_one_open_nothing() {
    let (stage, folder, _alone) = opened("second");
    let start = |argument: &str| Command::new(Stage::app()).arg(argument).status().expect("the app starts");

    assert_eq!(start("--dmo").code(), Some(2), "a mistyped argument opened a profile");
    assert!(start(&format!("--demo={}", folder.display())).success(), "a second start ends by itself");
    let page = stage.page().expect("the first is still open");
    assert!(page.shows("home-say").expect("the first answers"), "the first start lost its window");

    drop(stage);
    std::fs::remove_dir_all(folder).expect("the test owns its folder");
}

#[test]
fn a_window_closed_into_the_tray_leaves_the_app_there_and_says_so_once() {
    let (mut stage, folder, _alone) = opened("tray");
    let tray = Tray::start().expect("the desktop has a tray");
    tray.reads("Mingxia (demonstration) · No query under way").expect("the tray speaks as the page does");
    let page = stage.page().expect("the app is open");
    page.press("nav-settings").and_then(|()| page.press("settings-stay")).expect("the person wishes it");
    page.press("locale-zh-CN").expect("the person speaks Chinese");
    tray.reads("名下（演示） · 没有进行中的查询").expect("the tray follows the language at once");

    let said = "窗口已关闭，名下仍在运行";
    let close = |stage: &Stage| {
        Dialog::named("名下（演示）")?.keys(&["alt+F4"])?;
        let told = || stage.machine.notifications().iter().filter(|(_, text)| text.starts_with(said)).count();
        until("the person to be told", || Ok((told() == 1).then_some(())))
    };
    let started_again = |stage: &Stage| {
        close(stage)?;
        let again = Command::new(Stage::app()).arg(format!("--demo={}", stage.folder().display())).status();
        assert!(again.expect("the app starts").success(), "a second start ends by itself");
        Ok(())
    };
    let opened_at_the_tray = |stage: &Stage| close(stage).and_then(|()| tray.choose("打开名下"));
    stage.through_a_lock(started_again).and_then(|page| page.see("home-say")).expect("the app was still there");
    stage.through_a_lock(opened_at_the_tray).and_then(|page| page.see("home-say")).expect("it was told once");

    drop((stage, tray));
    std::fs::remove_dir_all(folder).expect("the test owns its folder");
}

#[test]
fn the_desktop_starts_the_app_only_while_the_person_wants_it() {
    let (stage, folder, _alone) = opened("autostart");
    let page = stage.page().expect("the app is open");
    let config = std::env::var_os("XDG_CONFIG_HOME").expect("the desktop keeps its choices apart");
    let entry = std::path::Path::new(&config).join("autostart/cn.mingxia.app.demo.desktop");

    assert!(!entry.exists(), "it starts by itself, unasked");
    page.press("nav-settings").and_then(|()| page.press("settings-autostart")).expect("the person wants it");
    let text = until("the entry", || Ok(std::fs::read_to_string(&entry).ok())).expect("the desktop is told");
    assert!(text.contains("\"--in-tray\""), "it would open a window at every start: {text}");
    page.press("settings-autostart").expect("the person changes their mind");
    until("the entry to go", || Ok((!entry.exists()).then_some(()))).expect("nothing of it stays");

    drop(stage);
    std::fs::remove_dir_all(folder).expect("the test owns its folder");
}

#[test]
fn a_desktop_portal_that_says_nothing_is_not_waited_for() {
    let alone = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = std::env::temp_dir().join(format!("mingxia-portal-{}", std::process::id()));
    let mut stage = Stage::set(&folder).expect("the demonstration starts");
    let portal = SilentPortal::start().expect("a portal takes its name");

    // Fault 47: the window system would ask it first, and wait for longer than a person does.
    stage.open().and_then(|page| page.see("home-say")).expect("the app opens");
    assert!(
        stage.logs().contains("the desktop portal does not answer"),
        "the window system was left to ask the portal"
    );

    drop((portal, stage, alone));
    std::fs::remove_dir_all(folder).expect("the test owns its folder");
}

//! The system's own timer: while this device is enrolled it calls the program with `--sweep`, so that what is over ends
//! while the app is closed. Erased, nothing calls any more.

use device::timer::{self, Call, TimerError};
use journey::{Change, Journey, What, view::Phase};
use tauri::{AppHandle, Manager};
use tokio::sync::broadcast::error::RecvError;

use crate::{profile::usual_world, start::Profile};

/// Sets the timer as the account stands, now and whenever it changes.
pub(crate) fn follow(app: &AppHandle, profile: &Profile) {
    let Some(call) = call(profile) else { return };
    let journey = app.state::<Journey>().inner().clone();
    let mut changes = journey.changes();
    tauri::async_runtime::spawn(async move {
        loop {
            settle(&journey, call.clone()).await;
            loop {
                match changes.recv().await {
                    Ok(Change { what: What::Account }) | Err(RecvError::Lagged(_)) => break,
                    Ok(_) => {}
                    Err(RecvError::Closed) => return,
                }
            }
        }
    });
}

/// Sets the timer as the account stands now; what cannot be read now changes nothing.
async fn settle(journey: &Journey, call: Call) {
    let Ok(home) = journey.settings_home().await else { return };
    let enrolled = match home.phase {
        Phase::Enrolled => true,
        Phase::NotEnrolled if home.trouble.is_none() => false,
        Phase::NotEnrolled | Phase::Enrolling => return,
    };
    let set = tauri::async_runtime::spawn_blocking(move || {
        let timer = timer::of_this_system()?;
        if enrolled { timer.install(&call) } else { timer.remove(call.name) }
    });
    match set.await {
        Ok(Ok(())) => {}
        Ok(Err(TimerError::NotAvailable)) if !enrolled => {}
        Ok(Err(error)) => tracing::info!(%error, "what is over ends while the app runs, and at its next start"),
        Err(_) => tracing::warn!("the system's timer could not be set"),
    }
}

/// How the system calls this program for a profile; a demonstration in a folder of its own is somebody's trial.
fn call(profile: &Profile) -> Option<Call> {
    let program = std::env::current_exe().ok()?;
    let sweep = "--sweep".to_owned();
    match profile {
        Profile::Real => Some(Call { name: "mingxia-sweep", program, arguments: vec![sweep] }),
        Profile::Demo(world) if *world == usual_world() => {
            Some(Call { name: "mingxia-sweep-demo", program, arguments: vec![sweep, "--demo".to_owned()] })
        }
        Profile::Demo(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::start::{Task, task};

    #[test]
    fn the_timer_sweeps_the_profile_it_was_set_for_and_shows_nothing() {
        assert_eq!(call(&Profile::Demo("/tmp/trial".into())), None, "no timer outlives a trial");
        for profile in [Profile::Real, Profile::Demo(usual_world())] {
            let call = call(&profile).unwrap();
            let task = task(call.arguments.iter().map(Into::into), usual_world);
            assert_eq!(task, Ok(Task::Sweep(profile)), "{}", call.name);
        }
    }
}

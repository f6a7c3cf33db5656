//! Starting with the system: what it calls for a profile, while the person wants that.

use std::{env, path::Path};

use device::{Call, autostart, disk::DiskError};

use crate::start::{IN_TRAY, Profile};

/// The call of this profile, and where the system looks for it; none where it starts programs by other means.
pub(crate) struct Autostart(Option<(Call, Box<dyn autostart::Autostart>)>);

impl Autostart {
    /// Of a profile, on this system.
    pub(crate) fn of(profile: &Profile) -> Self {
        let call = env::current_exe().ok().and_then(|program| call(&program, profile));
        Self(call.zip(autostart::of_this_system()))
    }

    /// Whether the system starts the app; a person may have told it otherwise.
    pub(crate) fn is_on(&self) -> bool {
        self.0.as_ref().is_some_and(|(call, system)| system.is_on(call.name))
    }

    /// Starts with the system from now on, or no longer.
    ///
    /// # Errors
    /// Where this system has no such place, or as it refuses.
    pub(crate) fn set(&self, on: bool) -> Result<(), DiskError> {
        match &self.0 {
            None if on => Err(DiskError::Missing),
            None => Ok(()),
            Some((call, system)) if on => system.turn_on(call),
            Some((call, system)) => system.turn_off(call.name),
        }
    }
}

/// The program without a window; none where its folder is not text.
fn call(program: &Path, profile: &Profile) -> Option<Call> {
    let demo = match profile {
        Profile::Real => None,
        Profile::Demo(world) => Some(format!("--demo={}", world.to_str()?)),
    };
    let arguments = [IN_TRAY.to_owned()].into_iter().chain(demo).collect();
    Some(Call { name: profile.identifier(), program: program.to_owned(), arguments })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::start::{Task, task};

    #[test]
    fn a_system_without_such_a_place_says_so() {
        assert_eq!(Autostart(None).set(true), Err(DiskError::Missing));
        assert_eq!(Autostart(None).set(false), Ok(()), "there is nothing to take away");
    }

    #[test]
    fn each_profile_waits_in_the_tray_under_its_own_name() {
        for (profile, name) in
            [(Profile::Real, "cn.mingxia.app"), (Profile::Demo("/tmp/world".into()), "cn.mingxia.app.demo")]
        {
            let call = call(Path::new("/opt/mingxia"), &profile).unwrap();
            assert_eq!(call.name, name);
            let task = task(call.arguments.iter().map(Into::into), || "/elsewhere".into());
            assert_eq!(task, Ok(Task::Wait(profile)), "no window opens unasked");
        }
    }
}

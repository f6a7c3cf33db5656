//! iOS: an app refresh task of BackgroundTasks. The system wakes the app when it thinks fit, for half a minute, while the
//! person lets apps be refreshed. Written after Apple's documentation and type-checked; not yet run there.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;
use std::thread;

use block2::RcBlock;
use objc2::AllocAnyThread;
use objc2::rc::Retained;
use objc2_background_tasks::{BGAppRefreshTaskRequest, BGTask, BGTaskScheduler};
use objc2_foundation::{NSDate, NSString};
use objc2_user_notifications::{UNMutableNotificationContent, UNNotificationRequest, UNUserNotificationCenter};

use super::{Again, MINUTES, TimerError, Woken};

/// The one task; `BGTaskSchedulerPermittedIdentifiers` of the app's list names it too.
const TASK: &str = "cn.mingxia.app.collect";

/// A task on its way to the thread that does it.
struct Handed(Retained<BGTask>);

#[expect(unsafe_code, reason = "a task may be completed on any thread, and this one alone holds it from here on")]
unsafe impl Send for Handed {}

/// From now on the system's waking is answered by `collect`, which `stop` ends early. Once, and before the app has begun:
/// later the system takes it for a fault.
///
/// # Errors
/// [`TimerError::NotAvailable`] where the app's list does not name the task.
pub fn answer(collect: fn() -> Woken, stop: fn()) -> Result<(), TimerError> {
    let woken = RcBlock::new(move |task: NonNull<BGTask>| {
        #[expect(unsafe_code, reason = "the system hands over a task that lives, and it is kept from here on")]
        let task = unsafe { Retained::retain(task.as_ptr()) };
        if let Some(task) = task {
            take(Handed(task), collect, stop);
        }
    });
    #[expect(
        unsafe_code,
        reason = "the block takes what the system hands it, holds functions alone, and any queue may call it"
    )]
    let answered = unsafe {
        BGTaskScheduler::sharedScheduler().registerForTaskWithIdentifier_usingQueue_launchHandler(
            &NSString::from_str(TASK),
            None,
            &woken,
        )
    };
    if answered { Ok(()) } else { Err(TimerError::NotAvailable) }
}

/// Does a task away from the system's own queue, which also tells that its time is over.
fn take(task: Handed, collect: fn() -> Woken, stop: fn()) {
    let over = RcBlock::new(move || {
        // No panic passes into the system.
        let _ = catch_unwind(stop);
    });
    #[expect(unsafe_code, reason = "the block holds a function alone, and any thread may call it")]
    unsafe {
        task.0.setExpirationHandler(Some(&over));
    }
    thread::spawn(move || {
        let task = task;
        let woken = catch_unwind(AssertUnwindSafe(collect)).unwrap_or_default();
        woken.notices.iter().for_each(|(title, text)| say(title, text));
        // The system forgot what it was asked when it woke the app.
        let _ = ask(woken.again);
        #[expect(unsafe_code, reason = "called once, by the one who holds the task")]
        unsafe {
            task.0.setTaskCompletedWithSuccess(woken.again != Again::Undone);
        }
    });
}

/// Asks to be woken once, as early as this says and a quarter of an hour from now at the earliest. What was asked before
/// counts no more.
///
/// # Errors
/// [`TimerError::NotAvailable`] where the person lets no app be refreshed.
pub fn ask(again: Again) -> Result<(), TimerError> {
    let name = NSString::from_str(TASK);
    let soonest = f64::from(MINUTES) * 60.0;
    let after = match again {
        Again::Never => {
            rest(&name);
            return Ok(());
        }
        Again::In(span) => soonest.max(span.as_secs_f64()),
        Again::Soon | Again::Undone => soonest,
    };
    #[expect(unsafe_code, reason = "a new request with a name and a date of its own, handed over at once")]
    let asked = unsafe {
        let request = BGAppRefreshTaskRequest::initWithIdentifier(BGAppRefreshTaskRequest::alloc(), &name);
        request.setEarliestBeginDate(Some(&NSDate::dateWithTimeIntervalSinceNow(after)));
        BGTaskScheduler::sharedScheduler().submitTaskRequest_error(&request)
    };
    asked.map_err(|_| TimerError::NotAvailable)
}

/// Is not woken any more.
fn rest(name: &NSString) {
    #[expect(unsafe_code, reason = "a name alone; what was not asked for is cancelled already")]
    unsafe {
        BGTaskScheduler::sharedScheduler().cancelTaskRequestWithIdentifier(name);
    }
}

/// Tells the person, if they let this app tell them anything: the system asks for that, and drops it otherwise.
fn say(title: &str, text: &str) {
    let content = UNMutableNotificationContent::new();
    content.setTitle(&NSString::from_str(title));
    content.setBody(&NSString::from_str(text));
    let request =
        UNNotificationRequest::requestWithIdentifier_content_trigger(&NSString::from_str(TASK), &content, None);
    UNUserNotificationCenter::currentNotificationCenter().addNotificationRequest_withCompletionHandler(&request, None);
}

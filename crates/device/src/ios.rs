//! iOS: what is asked of UIKit past the web view. Written after Apple's documentation and type-checked; not yet run
//! there.
//!
//! Each has to be called on the main thread, and does nothing on another.

mod picker;

use block2::RcBlock;
use objc2::rc::Retained;
use objc2::{MainThreadMarker, MainThreadOnly};
use objc2_foundation::{NSDictionary, NSNotificationCenter, NSString, NSURL};
use objc2_ui_kit::{
    UIApplication, UIApplicationDidBecomeActiveNotification, UIApplicationWillResignActiveNotification, UIColor,
    UIScrollView, UIScrollViewContentInsetAdjustmentBehavior, UIView, UIViewAutoresizing, UIWindow,
};

pub use picker::ask_where;

/// Tells the cover from the other views of a window.
const COVER: isize = 0x6d69_6e67;

/// Hands a number to the system, which asks the person before it calls.
pub fn dial(number: &str) {
    let Some(main) = MainThreadMarker::new() else { return };
    let Some(link) = NSURL::URLWithString(&NSString::from_str(&format!("tel:{number}"))) else { return };
    let app = UIApplication::sharedApplication(main);
    #[expect(unsafe_code, reason = "the dictionary of options is empty, so nothing in it is of a wrong type")]
    unsafe {
        app.openURL_options_completionHandler(&link, &NSDictionary::new(), None);
    }
}

/// Lets the page reach under notch and bars; it is told of them and keeps clear by itself.
pub fn fill_the_screen() {
    let Some(main) = MainThreadMarker::new() else { return };
    for window in windows(main) {
        fill(&window);
    }
}

fn fill(view: &UIView) {
    if let Some(scrolls) = view.downcast_ref::<UIScrollView>() {
        scrolls.setContentInsetAdjustmentBehavior(UIScrollViewContentInsetAdjustmentBehavior::Never);
    }
    for below in view.subviews() {
        fill(&below);
    }
}

/// From now on an empty view lies over the app while it is not the one in use, also in the picture the system takes of
/// it then. Once for each start.
pub fn cover_when_left() {
    #[expect(unsafe_code, reason = "two names UIKit defines, which never change")]
    let (left, back) = unsafe { (UIApplicationWillResignActiveNotification, UIApplicationDidBecomeActiveNotification) };
    let heard: [(_, fn(MainThreadMarker)); 2] = [(left, cover), (back, uncover)];
    for (name, act) in heard {
        let block = RcBlock::new(move |_| {
            if let Some(main) = MainThreadMarker::new() {
                act(main);
            }
        });
        #[expect(
            unsafe_code,
            reason = "the block holds a function alone, and is called where UIKit tells: on the main thread"
        )]
        // The centre keeps it as long as the app runs.
        let _kept = unsafe {
            NSNotificationCenter::defaultCenter().addObserverForName_object_queue_usingBlock(
                Some(name),
                None,
                None,
                &block,
            )
        };
    }
}

fn cover(main: MainThreadMarker) {
    for window in windows(main) {
        let cover = UIView::initWithFrame(UIView::alloc(main), window.bounds());
        cover.setTag(COVER);
        cover.setBackgroundColor(Some(&UIColor::systemBackgroundColor()));
        cover.setAutoresizingMask(UIViewAutoresizing::FlexibleWidth | UIViewAutoresizing::FlexibleHeight);
        window.addSubview(&cover);
    }
}

fn uncover(main: MainThreadMarker) {
    for window in windows(main) {
        while let Some(cover) = window.viewWithTag(COVER) {
            cover.removeFromSuperview();
        }
    }
}

/// The windows of this app, which has one scene.
fn windows(main: MainThreadMarker) -> Vec<Retained<UIWindow>> {
    #[expect(deprecated, reason = "the windows of every scene, and this app has one")]
    let all = UIApplication::sharedApplication(main).windows();
    all.to_vec()
}

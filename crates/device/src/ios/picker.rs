//! Where a file should go: the system asks the person in its own window, and moves it there.

use std::cell::RefCell;
use std::path::Path;

use objc2::rc::Retained;
use objc2::runtime::ProtocolObject;
use objc2::{MainThreadMarker, MainThreadOnly};
use objc2_foundation::{NSArray, NSString, NSURL};
use objc2_ui_kit::{UIDocumentPickerViewController, UIViewController};

use answers::Answers;

thread_local! {
    /// The picker does not keep whom it answers to.
    static ASKED: RefCell<Option<Retained<Answers>>> = const { RefCell::new(None) };
}

/// Asks where, and tells whether the person said and the file was moved there; where nobody could be asked, `told` is
/// dropped. The file stays where it is unless it was moved.
pub fn ask_where(file: &Path, told: impl FnOnce(bool) + 'static) {
    let Some(main) = MainThreadMarker::new() else { return };
    let (Some(below), Some(path)) = (topmost(main), file.to_str()) else { return };
    let file = NSURL::fileURLWithPath(&NSString::from_str(path));
    let picker = UIDocumentPickerViewController::initForExportingURLs_asCopy(
        UIDocumentPickerViewController::alloc(main),
        &NSArray::from_retained_slice(&[file]),
        false,
    );
    let answers = Answers::to(main, Box::new(told));
    picker.setDelegate(Some(ProtocolObject::from_ref(&*answers)));
    ASKED.with_borrow_mut(|asked| *asked = Some(answers));
    below.presentViewController_animated_completion(&picker, true, None);
}

/// What stands before everything else on the screen.
fn topmost(main: MainThreadMarker) -> Option<Retained<UIViewController>> {
    let mut top = super::windows(main).iter().find_map(|window| window.rootViewController())?;
    while let Some(above) = top.presentedViewController() {
        top = above;
    }
    Some(top)
}

mod answers {
    #![expect(
        unsafe_code,
        reason = "a class UIKit answers to is declared in no other way; its methods take what UIKit says"
    )]

    use std::cell::RefCell;

    use objc2::rc::Retained;
    use objc2::{DefinedClass, MainThreadMarker, MainThreadOnly, define_class, msg_send};
    use objc2_foundation::{NSArray, NSObject, NSObjectProtocol, NSURL};
    use objc2_ui_kit::{UIDocumentPickerDelegate, UIDocumentPickerViewController};

    /// Who is told, once.
    type Told = RefCell<Option<Box<dyn FnOnce(bool)>>>;

    define_class!(
        #[unsafe(super(NSObject))]
        #[thread_kind = MainThreadOnly]
        #[ivars = Told]
        pub(super) struct Answers;

        unsafe impl NSObjectProtocol for Answers {}

        unsafe impl UIDocumentPickerDelegate for Answers {
            #[unsafe(method(documentPicker:didPickDocumentsAtURLs:))]
            fn picked(&self, _picker: &UIDocumentPickerViewController, places: &NSArray<NSURL>) {
                self.tell(places.count() > 0);
            }

            #[unsafe(method(documentPickerWasCancelled:))]
            fn cancelled(&self, _picker: &UIDocumentPickerViewController) {
                self.tell(false);
            }
        }
    );

    impl Answers {
        pub(super) fn to(main: MainThreadMarker, told: Box<dyn FnOnce(bool)>) -> Retained<Self> {
            let answers = Self::alloc(main).set_ivars(RefCell::new(Some(told)));
            unsafe { msg_send![super(answers), init] }
        }

        fn tell(&self, moved: bool) {
            if let Some(told) = self.ivars().take() {
                told(moved);
            }
        }
    }
}

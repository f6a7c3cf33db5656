//! The promises of docs/security.md, each tried from outside by somebody who wants to break it. One file a promise.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "../journey/stage.rs"]
mod stage;
#[path = "../journey/walk.rs"]
mod walk;
#[path = "../journey/wire.rs"]
mod wire;

mod traces;

mod clock_revives_nothing;
mod erased_leaves_nothing;
mod gateway_alone_cannot_ask;
mod logs_hold_nobody;
mod messages_say_nothing;
mod middle_cannot_read;
mod nothing_leaves_at_a_refusal;
mod nothing_readable_on_disk;
mod nothing_shows_through_the_seal;
mod one_honest_row;
mod only_a_record_stays;
mod password_before_cards;
mod the_end_is_the_end;

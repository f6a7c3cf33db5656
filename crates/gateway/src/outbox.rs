//! Messages leave here: at least once, each under a key by which the channel drops a second.

use std::sync::Arc;
use std::time::Duration;

use crate::core::Core;
use crate::ports::Sms;
use crate::refusal::Refusal;
use crate::store::Message;

/// After a channel was down.
const AGAIN: Duration = Duration::from_secs(5);

/// Sends what is due.
pub(crate) async fn send_due(core: &Arc<Core>) -> Result<(), Refusal> {
    for message in core.store().messages(core.now(), 64).await? {
        let now = core.now();
        let stale = message.until.is_some_and(|until| now >= until);
        let opened = open(core, &message).filter(|_| !stale);
        let next = match opened {
            None => {
                core.metrics.count("mingxia_messages_total", "outcome=\"dropped\"".to_owned());
                None
            }
            Some(sms) => match core.parts.sms.send(sms).await {
                Ok(()) => {
                    core.metrics.count("mingxia_messages_total", "outcome=\"sent\"".to_owned());
                    None
                }
                Err(error) => {
                    tracing::warn!(%error, "message waits");
                    core.metrics.count("mingxia_messages_total", "outcome=\"later\"".to_owned());
                    Some(now + AGAIN)
                }
            },
        };
        core.store().message_done(&message.dedup_key, next).await?;
    }
    Ok(())
}

fn open(core: &Core, message: &Message) -> Option<Sms> {
    let part = |name: &str, sealed: &str| {
        let plain = core.parts.column_key.open(&format!("message/{}/{name}", message.dedup_key), sealed).ok()?;
        String::from_utf8(plain.to_vec()).ok()
    };
    Some(Sms {
        mobile: part("mobile", &message.mobile)?,
        text: part("text", &message.text)?,
        dedup_key: message.dedup_key.clone(),
    })
}

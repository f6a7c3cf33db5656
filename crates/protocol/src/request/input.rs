//! Signature-Input as a structured field (RFC 9651): one label `sig`, one list, every parameter exactly once.

use std::convert::Infallible;

use sfv::visitor::{DictionaryVisitor, EntryVisitor, Ignored, InnerListVisitor, ItemVisitor, ParameterVisitor};
use sfv::{BareItemFromInput, KeyRef, Parser};

/// The one label.
const LABEL: &str = "sig";

/// Parameters as they stand in the header; which of them must be there is the caller's to say.
#[derive(Default)]
pub(super) struct Params {
    pub(super) created: Option<i64>,
    pub(super) expires: Option<i64>,
    pub(super) nonce: Option<String>,
    pub(super) keyid: Option<String>,
    pub(super) tag: Option<String>,
    pub(super) alg: Option<String>,
    entries: usize,
    /// Another label, an item instead of a list, or a parameter that is unknown, of another type, or there twice.
    wrong: bool,
}

impl Params {
    /// Reads the header and gives the text behind the label too: the signature base is made of that very text.
    pub(super) fn read(header: &str) -> Option<(&str, Self)> {
        let mut params = Self::default();
        // A later parameter of the same name would replace the earlier one (RFC 9651, section 4.2.3.2): none is let pass.
        Parser::new(header).parse_dictionary_with_visitor(Entries(&mut params)).ok()?;
        let text = header.strip_prefix("sig=").filter(|text| text.trim() == *text)?;
        (params.entries == 1 && !params.wrong).then_some((text, params))
    }

    fn take(&mut self, name: &str, value: &BareItemFromInput<'_>) -> bool {
        let number = |slot: &mut Option<i64>| match value {
            BareItemFromInput::Integer(number) => slot.replace(i64::from(*number)).is_none(),
            _ => false,
        };
        let text = |slot: &mut Option<String>| match value {
            BareItemFromInput::String(text) => slot.replace(text.as_str().to_owned()).is_none(),
            _ => false,
        };
        match name {
            "created" => number(&mut self.created),
            "expires" => number(&mut self.expires),
            "nonce" => text(&mut self.nonce),
            "keyid" => text(&mut self.keyid),
            "tag" => text(&mut self.tag),
            "alg" => text(&mut self.alg),
            _ => false,
        }
    }
}

struct Entries<'a>(&'a mut Params);

impl<'de> DictionaryVisitor<'de> for Entries<'_> {
    type Out = ();
    type Error = Infallible;

    fn entry(&mut self, key: &'de KeyRef) -> Result<impl EntryVisitor<'de>, Infallible> {
        self.0.entries += 1;
        self.0.wrong |= key.as_str() != LABEL;
        Ok(Entry(self.0))
    }

    fn finish(self) -> Result<(), Infallible> {
        Ok(())
    }
}

struct Entry<'a>(&'a mut Params);

impl<'de> EntryVisitor<'de> for Entry<'_> {
    type Error = Infallible;

    fn item(self) -> Result<impl ItemVisitor<'de>, Infallible> {
        self.0.wrong = true;
        Ok(Ignored)
    }

    fn inner_list(self) -> Result<impl InnerListVisitor<'de>, Infallible> {
        Ok(List(self.0))
    }
}

/// The components are compared as text by the caller; only their syntax is walked here.
struct List<'a>(&'a mut Params);

impl<'de> InnerListVisitor<'de> for List<'_> {
    type Error = Infallible;

    fn item(&mut self) -> Result<impl ItemVisitor<'de>, Infallible> {
        Ok(Ignored)
    }

    fn finish(self) -> Result<impl ParameterVisitor<'de>, Infallible> {
        Ok(Parameters(self.0))
    }
}

struct Parameters<'a>(&'a mut Params);

impl<'de> ParameterVisitor<'de> for Parameters<'_> {
    type Out = ();
    type Error = Infallible;

    fn parameter(&mut self, key: &'de KeyRef, value: BareItemFromInput<'de>) -> Result<(), Infallible> {
        let taken = self.0.take(key.as_str(), &value);
        self.0.wrong |= !taken;
        Ok(())
    }

    fn finish(self) -> Result<(), Infallible> {
        Ok(())
    }
}

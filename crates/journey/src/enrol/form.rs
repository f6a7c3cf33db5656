//! The four entries, refused where they cannot be right: nothing is sent then.

use protocol::calendar::beijing_day;
use protocol::code::Locale;
use protocol::identity::{CardNumber, DocumentError, IdNumber, Mobile, Name, fold_input};

use super::EnrolError;
use crate::house::Person;
use crate::view::EnrolForm;

/// Youngest age served.
const YOUNGEST: i16 = 16;

/// The four entries, each right in itself.
pub(super) struct Entries {
    pub(super) person: Person,
    pub(super) card: CardNumber,
    pub(super) locale: Locale,
    pub(super) lost_device: bool,
}

/// Refuses entries that cannot be right: nothing is sent then.
pub(super) fn check(form: EnrolForm, now: protocol::time::Timestamp) -> Result<Entries, EnrolError> {
    let name = Name::parse(form.name.trim()).map_err(|_| EnrolError::Name)?;
    let id_number = IdNumber::parse(form.id_type, &fold_input(&form.id_number)).map_err(|error| match error {
        DocumentError::Form | DocumentError::BirthDate | DocumentError::Checksum => EnrolError::IdNumber,
        DocumentError::Kind => EnrolError::Document,
    })?;
    if id_number.age_on(beijing_day(now)) < YOUNGEST {
        return Err(EnrolError::Age);
    }
    let mobile = Mobile::parse(&fold_input(&form.mobile)).map_err(|_| EnrolError::Mobile)?;
    let card = CardNumber::parse(&fold_input(&form.card_number)).map_err(|_| EnrolError::CardNumber)?;
    let person = Person {
        name: name.as_str().to_owned(),
        id_type: form.id_type,
        id_number: id_number.as_str().to_owned(),
        mobile: mobile.as_str().to_owned(),
    };
    Ok(Entries { person, card, locale: form.locale.parse().unwrap_or(Locale::ZhCn), lost_device: form.lost_device })
}

#[cfg(test)]
mod tests {
    use protocol::code::IdType;
    use protocol::time::Timestamp;

    use super::*;

    fn form() -> EnrolForm {
        EnrolForm {
            name: "张三".into(),
            id_type: IdType::CnId,
            id_number: "11010519491231002X".into(),
            mobile: "13800000000".into(),
            card_number: "4111111111111111".into(),
            locale: "zh-CN".into(),
            lost_device: false,
        }
    }

    fn refused(change: impl FnOnce(&mut EnrolForm)) -> Option<EnrolError> {
        let now: Timestamp = "2026-11-24T04:00:00.000Z".parse().unwrap();
        let mut form = form();
        change(&mut form);
        check(form, now).err()
    }

    #[test]
    fn entries_that_cannot_be_right_are_refused_before_anything_is_sent() {
        assert_eq!(
            refused(|form| form.id_number = "110105194912310021".into()),
            Some(EnrolError::IdNumber),
            "the check character does not fit"
        );
        assert_eq!(refused(|form| form.name = "张".into()), Some(EnrolError::Name));
        assert_eq!(refused(|form| form.mobile = "1380000000".into()), Some(EnrolError::Mobile));
        assert_eq!(refused(|form| form.card_number = "4111111111111112".into()), Some(EnrolError::CardNumber));
        assert_eq!(
            refused(|form| form.id_type = IdType::CnFpr),
            Some(EnrolError::Document),
            "another kind of document"
        );
    }

    #[test]
    fn pasted_numbers_are_taken_as_people_paste_them() {
        assert_eq!(refused(|form| form.card_number = "4111 1111-1111 1111".into()), None);
        assert_eq!(
            refused(|form| form.id_number = "１１０１０５１９４９１２３１００２ｘ".into()),
            None,
            "full-width digits and a small x are folded"
        );
    }
}
